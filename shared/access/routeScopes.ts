/** Scopes that each route of a protected API asks for: `GET/orders/{orderId}` → `['orders:read']`. */
export type RouteScopes = ReadonlyMap<string, readonly string[]>;

/** `METHOD/path`, the path as API Gateway names the resource (`/orders/{orderId}`). */
export function routeKey(method: string, resourcePath: string): string {
  return `${method.toUpperCase()}${resourcePath}`;
}

/**
 * Writes routes in the characters that stage variables allow (`[A-Za-z0-9-._~:/?#&=,]`):
 * `GET/orders=orders:read&GET/whoami=`. Anything else in a name becomes `~XX`, its UTF-8 bytes in hex. Throws on an
 * empty name.
 */
export function encodeRouteScopes(routes: RouteScopes): string {
  return [...routes]
    .map(([key, scopes]) => `${escape(key)}=${scopes.map(escape).join(',')}`)
    .join('&');
}

/** Reads what `encodeRouteScopes` wrote. Throws on anything else: a route that cannot be read is not open. */
export function decodeRouteScopes(text: string): RouteScopes {
  const routes = new Map<string, readonly string[]>();
  if (text === '') return routes;
  for (const entry of text.split('&')) {
    const [key, scopes, ...rest] = entry.split('=');
    if (!key || scopes === undefined || rest.length > 0) throw new Error(`Route scopes are malformed at "${entry}".`);
    const name = unescape(key);
    if (routes.has(name)) throw new Error(`Route scopes name "${name}" twice.`);
    routes.set(name, scopes === '' ? [] : scopes.split(',').map(unescape));
  }
  return routes;
}

/** Longest value that a stage variable takes, in characters. */
export const maxStageVariableLength = 512;
const routesVariablePrefix = 'gatewarden_routes_';

/** Cuts the encoded routes into stage variables `gatewarden_routes_0…n`. */
export function toStageVariables(encoded: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (let at = 0; at < encoded.length; at += maxStageVariableLength) {
    variables[`${routesVariablePrefix}${at / maxStageVariableLength}`] = encoded.slice(at, at + maxStageVariableLength);
  }
  return variables;
}

/** Joins `gatewarden_routes_0…n` again; an absent one ends the text. */
export function fromStageVariables(variables: Readonly<Record<string, string | undefined>>): string {
  let encoded = '';
  for (let index = 0; ; index += 1) {
    const part = variables[`${routesVariablePrefix}${index}`];
    if (part === undefined) return encoded;
    encoded += part;
  }
}

const plain = /[A-Za-z0-9._:/-]/;

function escape(text: string): string {
  // It would be read back as no scope at all, and leave the route open.
  if (text === '') throw new Error('Route scopes must not hold an empty name.');
  return [...Buffer.from(text, 'utf8')]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return byte < 128 && plain.test(character) ? character : `~${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

function unescape(text: string): string {
  if (!/^(?:[A-Za-z0-9._:/-]|~[0-9A-F]{2})+$/.test(text)) throw new Error(`Route scopes are malformed at "${text}".`);
  const bytes = text.replace(/~([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
