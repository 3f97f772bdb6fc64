/** Something that works on by itself. */
export interface Work {
  /** Counts up with each thing it begins. */
  begun(): number;
  /** Resolves when it has done what was there at the call. */
  idle(): Promise<void>;
}

/**
 * Resolves when all of it is idle and nothing that one has done has given another something to do: a change in a table
 * calls a function, which changes the table, and so on.
 */
export async function settled(works: readonly Work[]): Promise<void> {
  const begun = (): number => works.reduce((sum, work) => sum + work.begun(), 0);
  for (let before = -1; before !== begun(); ) {
    before = begun();
    await Promise.all(works.map((work) => work.idle()));
  }
}
