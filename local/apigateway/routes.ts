import type { RestApi, RestMethod } from './restApi.ts';

/** A resource with methods, ready to be matched. */
export interface Route {
  /** `/organizations/{organizationId}`; the root is `/`. */
  readonly resourcePath: string;
  readonly resourceId: string;
  readonly segments: readonly string[];
  readonly methods: ReadonlyMap<string, RestMethod>;
}

export interface Match {
  readonly route: Route;
  readonly method: RestMethod | undefined;
  /** As sent: API Gateway does not decode them for a REST API. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** All resources that have a method, the more specific ones first: literal before `{name}` before `{name+}`. */
export function compileRoutes(api: RestApi): Route[] {
  const routes = [...api.resources.keys()].map((resourceId): Route => {
    const segments = segmentsOf(api, resourceId);
    const methods = api.methods.filter((method) => method.resourceId === resourceId);
    return {
      resourceId,
      segments,
      resourcePath: `/${segments.join('/')}`,
      methods: new Map(methods.map((method) => [method.httpMethod, method])),
    };
  });
  return routes.filter((route) => route.methods.size > 0).sort(bySpecificity);
}

/**
 * The resource that a path means, and its method (or ANY). A path that no resource covers is undefined. `%2F` is
 * never a separator; one slash at the end does not count.
 */
export function matchRoute(routes: readonly Route[], httpMethod: string, rawPath: string): Match | undefined {
  const below = rawPath.replace(/^\//u, '');
  const segments = below === '' ? [] : below.replace(/\/$/u, '').split('/');
  for (const route of routes) {
    const pathParameters = matchSegments(route.segments, segments);
    if (pathParameters) {
      return { route, pathParameters, method: route.methods.get(httpMethod) ?? route.methods.get('ANY') };
    }
  }
  return undefined;
}

function matchSegments(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const found: [string, string][] = [];
  for (const [index, part] of pattern.entries()) {
    if (isGreedy(part)) {
      const rest = segments.slice(index).join('/');
      return rest === '' ? undefined : Object.fromEntries([...found, [part.slice(1, -2), rest]]);
    }
    const segment = segments[index];
    // An empty segment is no value: `/organizations//keys` is not a path of any resource.
    if (segment === undefined || segment === '') return undefined;
    if (isParameter(part)) found.push([part.slice(1, -1), segment]);
    else if (part !== segment) return undefined;
  }
  return pattern.length === segments.length ? Object.fromEntries(found) : undefined;
}

function segmentsOf(api: RestApi, resourceId: string): string[] {
  const resource = api.resources.get(resourceId);
  if (resource?.parentId === undefined) return [];
  return [...segmentsOf(api, resource.parentId), resource.pathPart];
}

function bySpecificity(left: Route, right: Route): number {
  for (let index = 0; ; index += 1) {
    const [a, b] = [left.segments[index], right.segments[index]];
    if (a === undefined || b === undefined) return left.segments.length - right.segments.length;
    const difference = rank(a) - rank(b);
    if (difference !== 0) return difference;
  }
}

function rank(part: string): number {
  if (isGreedy(part)) return 2;
  return isParameter(part) ? 1 : 0;
}

const isGreedy = (part: string): boolean => part.startsWith('{') && part.endsWith('+}');
const isParameter = (part: string): boolean => part.startsWith('{') && part.endsWith('}');
