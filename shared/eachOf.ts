/** Acts on each of a list, so many at once; the first that throws ends it. */
export async function eachOf<T>(all: Iterable<T>, atOnce: number, act: (one: T) => Promise<void>): Promise<void> {
  const left = all[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = left.next(); !next.done; next = left.next()) await act(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
