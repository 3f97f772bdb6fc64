/** Which of so many partitions an id is spread to: by its characters, so that it is the same everywhere and for ever. */
export function shardOf(id: string, count: number): number {
  return [...id].reduce((sum, character) => sum + character.charCodeAt(0), 0) % count;
}
