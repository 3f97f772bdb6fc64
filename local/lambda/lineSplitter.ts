export interface LineSplitter {
  write(text: string): void;
  /** Hands on what has no line end yet. */
  flush(): void;
}

/** Cuts a stream of text into lines; empty lines are left out, as CloudWatch does. */
export function lineSplitter(emit: (line: string) => void): LineSplitter {
  let rest = '';
  return {
    write(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') emit(line);
    },
    flush() {
      if (rest !== '') emit(rest);
      rest = '';
    },
  };
}
