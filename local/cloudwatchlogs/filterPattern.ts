/** Whether a line is one that a subscription is after. */
export type LineFilter = (message: string) => boolean;

const fieldIsText = /^\{\s*\$((?:\.[A-Za-z_][\w-]*)+)\s*=\s*"([^"*\\]*)"\s*\}$/u;

/**
 * Compiles a filter pattern of CloudWatch Logs: the empty one, which every line matches, and `{ $.field = "text" }` over
 * lines of JSON. Throws for any other: a pattern that is only half understood would let through what AWS holds back.
 */
export function compileFilterPattern(pattern: string): LineFilter {
  if (pattern.trim() === '') return () => true;
  const [, selector, wanted] = fieldIsText.exec(pattern.trim()) ?? [];
  if (selector === undefined || wanted === undefined) throw new Error(`the local platform does not play the filter pattern ${pattern}.`);
  const path = selector.slice(1).split('.');
  return (message) => valueAt(message, path) === wanted;
}

function valueAt(message: string, path: readonly string[]): unknown {
  let value = parsed(message);
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

function parsed(message: string): unknown {
  if (!message.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(message) as unknown;
  } catch {
    return undefined;
  }
}
