import type { HttpApi, HttpRoute } from './httpApi.ts';

/** A route, ready to be matched. */
export interface CompiledRoute {
  readonly route: HttpRoute;
  /** Undefined for ANY and for `$default`. */
  readonly method: string | undefined;
  /** Undefined for `$default`. */
  readonly segments: readonly string[] | undefined;
}

export interface HttpMatch {
  readonly route: HttpRoute;
  /** Decoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Takes a route key apart; throws for one that is none. */
export function parseRouteKey(routeKey: string): Pick<CompiledRoute, 'method' | 'segments'> {
  if (routeKey === '$default') return { method: undefined, segments: undefined };
  const [, method, path] = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|ANY) (\/\S*)$/u.exec(routeKey) ?? [];
  if (method === undefined || path === undefined) throw new Error(`"${routeKey}" is no route key.`);
  return { method: method === 'ANY' ? undefined : method, segments: segmentsOf(path) };
}

/** All routes, in the order in which they are tried. */
export function compileHttpRoutes(api: Pick<HttpApi, 'routes'>): CompiledRoute[] {
  return api.routes.map((route): CompiledRoute => ({ route, ...parseRouteKey(route.routeKey) })).sort(byPriority);
}

/**
 * The route of a request: literal before `{name}` before `{name+}`, at the same path its method before ANY, `$default`
 * last. Unlike a REST API, a path without the method is passed over for a wider route that has it. That `%2F` is never
 * a separator and that a slash at the end counts is not confirmed for AWS.
 */
export function matchHttpRoute(routes: readonly CompiledRoute[], method: string, path: string): HttpMatch | undefined {
  const given = segmentsOf(path);
  for (const { route, method: wanted, segments } of routes) {
    if (wanted !== undefined && wanted !== method) continue;
    const pathParameters = segments === undefined ? {} : matchSegments(segments, given);
    if (pathParameters) return { route, pathParameters };
  }
  return undefined;
}

function matchSegments(pattern: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const found: [string, string][] = [];
  for (const [index, part] of pattern.entries()) {
    if (rank(part) === 2) {
      const rest = given.slice(index).join('/');
      return rest === '' ? undefined : Object.fromEntries([...found, [part.slice(1, -2), decodeURIComponent(rest)]]);
    }
    const segment = given[index];
    if (segment === undefined) return undefined;
    if (rank(part) === 1 && segment !== '') found.push([part.slice(1, -1), decodeURIComponent(segment)]);
    else if (part !== decodeURIComponent(segment)) return undefined;
  }
  return pattern.length === given.length ? Object.fromEntries(found) : undefined;
}

function byPriority(left: CompiledRoute, right: CompiledRoute): number {
  return bySegments(left.segments, right.segments) || Number(left.method === undefined) - Number(right.method === undefined);
}

function bySegments(left: readonly string[] | undefined, right: readonly string[] | undefined): number {
  if (!left || !right) return Number(!left) - Number(!right);
  for (let index = 0; ; index += 1) {
    const [a, b] = [left[index], right[index]];
    if (a === undefined || b === undefined) return left.length - right.length;
    const difference = rank(a) - rank(b);
    if (difference !== 0) return difference;
  }
}

/** 0 for a literal, 1 for `{name}`, 2 for `{name+}`. */
function rank(part: string): 0 | 1 | 2 {
  if (!part.startsWith('{') || !part.endsWith('}')) return 0;
  return part.endsWith('+}') ? 2 : 1;
}

const segmentsOf = (path: string): string[] => (path === '/' ? [] : path.slice(1).split('/'));
