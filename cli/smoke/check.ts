/** One thing that was looked at in a deployment. */
export interface Check {
  readonly name: string;
  readonly expected: string;
  readonly found: string;
  readonly outcome: 'ok' | 'wrong' | 'not checked';
  /** AWS's documentation does not say it: what a deployment shows is news. */
  readonly isOpenQuestion: boolean;
}

/** What is expected, and how it is told from what is not. */
export interface Expectation {
  readonly name: string;
  readonly expected: string;
  readonly found: string;
  readonly holds: boolean;
  readonly isOpenQuestion?: boolean;
}

export function check({ name, expected, found, holds, isOpenQuestion = false }: Expectation): Check {
  return { name, expected, found, outcome: holds ? 'ok' : 'wrong', isOpenQuestion };
}

/** What could not be looked at, and why. */
export function unchecked(name: string, why: string, isOpenQuestion = false): Check {
  return { name, expected: '', found: why, outcome: 'not checked', isOpenQuestion };
}
