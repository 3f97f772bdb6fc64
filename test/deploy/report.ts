/** Thrown by a step that failed and was counted: what builds on it is left out. */
class StepFailed extends Error {}

/** Something that the emulator cannot express, so that a check of ours has no place to run. */
export interface Lack {
  /** What stays unchecked, as a guarantee of ours. */
  readonly guarantee: string;
  /** What the emulator does instead. */
  readonly instead: string;
  /** Asks the emulator once more; true as soon as it can express the guarantee. */
  readonly worksNow: () => Promise<boolean>;
}

/** Counts and prints what was checked, in the order in which it was. */
export interface Report {
  /** A part of the run; a step that fails ends its part, and the next one begins. */
  part(title: string, body: () => Promise<void>): Promise<void>;
  /** One guarantee. A failure is counted, and the run goes on. */
  check(guarantee: string, body: () => Promise<void> | void): Promise<void>;
  /** A guarantee that later ones of its part build on. */
  step<T>(guarantee: string, body: () => Promise<T>): Promise<T>;
  /** Prints a check that is left out; fails when the emulator could run it. */
  lack(lack: Lack): Promise<void>;
  readonly passed: number;
  readonly failed: number;
}

export function createReport(print: (line: string) => void): Report {
  let passed = 0;
  let failed = 0;

  const attempt = async <T>(guarantee: string, body: () => Promise<T> | T): Promise<{ value: T } | null> => {
    const startMs = performance.now();
    try {
      const value = await body();
      passed += 1;
      print(`  ✓ ${guarantee} (${Math.round(performance.now() - startMs)} ms)`);
      return { value };
    } catch (error) {
      failed += 1;
      print(`  ✗ ${guarantee}\n${indent(describe(error))}`);
      return null;
    }
  };

  return {
    async part(title, body) {
      print(`\n${title}`);
      try {
        await body();
      } catch (error) {
        if (error instanceof StepFailed) return print('  … the rest of this part is left out.');
        failed += 1;
        print(`  ✗ ${title}\n${indent(describe(error))}`);
      }
    },
    async check(guarantee, body) {
      await attempt(guarantee, body);
    },
    async step(guarantee, body) {
      const outcome = await attempt(guarantee, body);
      if (!outcome) throw new StepFailed();
      return outcome.value;
    },
    async lack({ guarantee, instead, worksNow }) {
      const works = await worksNow();
      if (!works) return print(`  – left out: ${guarantee} (${instead})`);
      failed += 1;
      print(`  ✗ ${guarantee}\n${indent('The emulator can express this now: check it, and take it off the list and out of docs/emulator.md.')}`);
    },
    get passed() {
      return passed;
    },
    get failed() {
      return failed;
    },
  };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\n${describe(error.cause)}`;
  return `${error.name === 'AssertionError' ? error.message : (error.stack ?? error.message)}${cause}`;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '      ');
}
