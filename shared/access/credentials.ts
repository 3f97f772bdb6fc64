/** The tokens that a request carries: none, one, or several that differ. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly token: string; readonly viaBearer: boolean }
  | { readonly kind: 'conflict' };

/** Header name to values, in any case, as API Gateway's `multiValueHeaders`. */
export type Headers = Readonly<Record<string, readonly string[] | undefined>>;

/**
 * Finds the token in `X-API-Key: T`, `Authorization: x-api-key T` or `Authorization: Bearer T`. The same token
 * twice is one; two different ones are a conflict, since the caller's intent cannot be known.
 */
export function readCredentials(headers: Headers): Credentials {
  const authorization = valuesOf(headers, 'authorization').map((value) => /^(x-api-key|bearer) +(\S+)$/i.exec(value));
  const found = [
    ...valuesOf(headers, 'x-api-key').map((token) => ({ token, viaBearer: false })),
    ...authorization.flatMap((match) =>
      match?.[1] && match[2] ? [{ token: match[2], viaBearer: match[1].toLowerCase() === 'bearer' }] : [],
    ),
  ];
  const [first] = found;
  if (!first) return { kind: 'none' };
  return found.every(({ token }) => token === first.token) ? { kind: 'one', ...first } : { kind: 'conflict' };
}

/** Values of a header; one that arrives joined by commas, as HTTP APIs hand it over, counts as several. */
function valuesOf(headers: Headers, name: string): string[] {
  return Object.entries(headers)
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, values]) => values ?? [])
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');
}
