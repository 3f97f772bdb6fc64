import type * as z from 'zod';

// A token has 58 characters at least, a step-up 36: what may be one is not repeated.
const maxRepeatedCharacters = 30;

const types: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** In words what a value must be, and what came instead, where its schema has no words of its own. */
export const describeIssue: z.core.$ZodErrorMap = (issue) => {
  const wanted = describeWanted(issue);
  if (wanted === undefined) return undefined;
  return issue.input === undefined ? `is missing; must ${wanted}` : `must ${wanted}, got ${describeInput(issue)}`;
};

function describeWanted(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') return `be ${types[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value') return issue.values.length === 1 ? `be ${String(issue.values[0])}` : `be one of ${issue.values.join(', ')}`;
  if (issue.code === 'too_small') return `${isCounted(issue) ? 'have' : 'be'} at least ${issue.minimum}${unitOf(issue, issue.minimum)}`;
  if (issue.code === 'too_big') return `${isCounted(issue) ? 'have' : 'be'} at most ${issue.maximum}${unitOf(issue, issue.maximum)}`;
  if (issue.code === 'invalid_format' && issue.format === 'email') return 'be an e-mail address';
  return undefined;
}

function isCounted({ origin }: { origin: string }): boolean {
  return origin === 'string' || origin === 'array';
}

function unitOf(issue: { origin: string }, count: number | bigint): string {
  if (!isCounted(issue)) return '';
  const unit = issue.origin === 'string' ? 'character' : 'item';
  return Number(count) === 1 ? ` ${unit}` : ` ${unit}s`;
}

function describeInput(issue: z.core.$ZodRawIssue): string {
  const { code, input } = issue;
  const isBound = code === 'too_small' || code === 'too_big';
  if (isBound && (typeof input === 'string' || Array.isArray(input))) return String(input.length);
  if (typeof input === 'string') return code === 'invalid_type' ? 'a text' : quote(input);
  // A number where a text belongs may be a PIN: its value is not repeated.
  const isWantedNumber = isBound || (code === 'invalid_type' && issue.expected === 'int');
  return isWantedNumber && typeof input === 'number' ? String(input) : typeOf(input);
}

function typeOf(input: unknown): string {
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'a list';
  return typeof input === 'boolean' ? String(input) : (types[typeof input] ?? typeof input);
}

function quote(text: string): string {
  return text.length > maxRepeatedCharacters ? `${text.length} characters` : JSON.stringify(text);
}
