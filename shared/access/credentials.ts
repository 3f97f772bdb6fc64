/** The tokens that a request carries: none, one, or several that differ. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly token: string; readonly viaBearer: boolean }
  | { readonly kind: 'conflict' };

/** Header name to values, in any case, as API Gateway's `multiValueHeaders`. */
export type Headers = Readonly<Record<string, readonly string[] | undefined>>;

/**
 * Finds the token in `X-API-Key: T`, `Authorization: x-api-key T` or `Authorization: Bearer T`. The same token
 * twice is one; two different ones are a conflict, since the caller's intent cannot be known, and so is one
 * beside a value that cannot be read. Other schemes are none of our business.
 */
export function readCredentials(headers: Headers): Credentials {
  const found = [
    ...valuesOf(headers, 'x-api-key').map((token): Found => ({ token, viaBearer: false })),
    ...valuesOf(headers, 'authorization').flatMap(readAuthorization),
  ];
  const first = found.find((candidate) => candidate !== 'unreadable');
  if (!first) return { kind: 'none' };
  const isOne = found.every((other) => other !== 'unreadable' && other.token === first.token);
  return isOne ? { kind: 'one', ...first } : { kind: 'conflict' };
}

type Found = { readonly token: string; readonly viaBearer: boolean } | 'unreadable';

function readAuthorization(value: string): Found[] {
  const [scheme = '', ...rest] = value.split(/[ \t]+/);
  const isBearer = scheme.toLowerCase() === 'bearer';
  if (!isBearer && scheme.toLowerCase() !== 'x-api-key') {
    // Without a scheme before it, a second part of a list: `Bearer T, U`.
    return rest.length === 0 ? ['unreadable'] : [];
  }
  const [token] = rest;
  return token && rest.length === 1 ? [{ token, viaBearer: isBearer }] : ['unreadable'];
}

/** Values of a header; one that arrives joined by commas, as HTTP APIs hand it over, counts as several. */
function valuesOf(headers: Headers, name: string): string[] {
  const found: string[] = [];
  for (const [key, values] of Object.entries(headers)) {
    // Lengths first: on nearly every header they spare the lower-casing.
    if (key.length !== name.length || key.toLowerCase() !== name) continue;
    for (const value of values ?? []) found.push(...value.split(',').map((part) => part.trim()).filter((part) => part !== ''));
  }
  return found;
}
