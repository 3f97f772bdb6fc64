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

function describeInput({ code, input }: z.core.$ZodRawIssue): string {
  const isBound = code === 'too_small' || code === 'too_big';
  if (Array.isArray(input)) return isBound ? String(input.length) : 'a list';
  if (typeof input === 'string') return describeText(input, isBound, code === 'invalid_type');
  return typeof input === 'object' && input !== null ? 'an object' : String(input);
}

function describeText(text: string, isBound: boolean, isWrongType: boolean): string {
  if (isBound) return String(text.length);
  if (isWrongType) return 'a text';
  return text.length > maxRepeatedCharacters ? `${text.length} characters` : JSON.stringify(text);
}
