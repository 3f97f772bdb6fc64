/** Every live pepper by version, and the version that new tokens are hashed with. */
export interface Peppers {
  readonly current: string;
  readonly byVersion: ReadonlyMap<string, string>;
}

/**
 * Reads `{ "current": 2, "peppers": { "1": "…", "2": "…" } }`. The secret that CloudFormation generates
 * can hold its random text at the top level only; that text, `initial`, is pepper 1.
 * Throws without quoting the secret.
 */
export function parsePeppers(secretString: string): Peppers {
  const secret = asRecord(parseJson(secretString));
  const byVersion = new Map<string, string>();
  if (isPepper(secret['initial'])) byVersion.set('1', secret['initial']);
  for (const [version, pepper] of Object.entries(asRecord(secret['peppers'] ?? {}))) {
    if (!isPepper(pepper)) throw new Error('Each pepper must be a text of at least 32 characters.');
    byVersion.set(version, pepper);
  }
  const current = String(secret['current']);
  if (!byVersion.has(current)) throw new Error('The current pepper version is not among the peppers.');
  return { current, byVersion };
}

function isPepper(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 32;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message would quote the secret.
    throw new Error('The pepper secret is not JSON.');
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('The pepper secret has no such shape.');
  return { ...value };
}
