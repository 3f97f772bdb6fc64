/** One line that a function wrote. */
export interface LogLine {
  /** ISO 8601, the platform's time. */
  readonly at: string;
  /** Physical name. */
  readonly functionName: string;
  readonly line: string;
}

export interface LogStore {
  append(entry: LogLine & { cdkPath: string }): void;
  /** Oldest first; `name` is a physical name or a part of one, or of a CDK path. */
  read(name?: string): LogLine[];
}

const maxLines = 200_000;

/** Keeps the newest 200,000 lines in memory. */
export function createLogStore(): LogStore {
  let entries: (LogLine & { cdkPath: string })[] = [];
  return {
    append(entry) {
      entries.push(entry);
      // Trimmed in large steps: a shift for each line would cost the whole array each time.
      if (entries.length > maxLines * 1.1) entries = entries.slice(-maxLines);
    },
    read: (name) =>
      entries
        .filter((entry) => name === undefined || entry.functionName.includes(name) || entry.cdkPath.includes(name))
        .map(({ at, functionName, line }) => ({ at, functionName, line })),
  };
}
