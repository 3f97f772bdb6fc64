import { problemsOf } from '../../shared/api/route.ts';
import type { Route } from '../../shared/api/route.ts';
import { routes } from '../../shared/api/routes.ts';

export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  // What came over the wire: each test says what it expects of it.
  readonly body: Json;
}

/** JSON whose shape the test asserts. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any;

/** Throws unless an answer of the management API is one that its route declares: status, body, problem code. */
export function assertDeclared(method: string, path: string, response: TestResponse): void {
  const route = findRoute(method, path);
  if (!route) return;
  if (response.headers.get('x-request-id') === null) throw new Error(`${method} ${path}: no X-Request-Id.`);
  const declared = route.responses[response.status];
  if (declared) {
    declared.schema?.parse(response.body);
    return;
  }
  const code: unknown = response.body?.code;
  // The gateway refuses before the route is reached: wrong credentials, or a key that may not pass.
  const ofAuthorizer = ['organization_suspended', 'organization_not_approved', 'plan_lacks_m2m', 'ip_not_allowed', 'wrong_product'];
  const codes: readonly unknown[] = [...problemsOf(route), ...ofAuthorizer];
  if (!codes.includes(code)) throw new Error(`${method} ${path}: ${response.status} ${String(code)} is not declared.`);
  if (response.headers.get('content-type') !== 'application/problem+json') throw new Error(`${method} ${path}: a problem of the wrong type.`);
}

function findRoute(method: string, path: string): Route | undefined {
  const [plain = ''] = path.split('?');
  return Object.values<Route>(routes).find(
    (route) => route.method === method && new RegExp(`^${route.path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`).test(plain),
  );
}
