import { problemsOf } from '../../shared/api/route.ts';
import type { Route, RouteResponse } from '../../shared/api/route.ts';
import { routes } from '../../shared/api/routes.ts';
import { faultsOfProblem } from './problems.ts';
import { recordProblem } from './seenProblems.ts';

export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  // What came over the wire: each test says what it expects of it.
  readonly body: Json;
}

/** JSON whose shape the test asserts. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any;

// The gateway refuses before the route is reached: a key that may not pass, or somebody who was not invited.
const ofAuthorizer = ['not_a_member', 'organization_suspended', 'organization_not_approved', 'plan_lacks_m2m', 'ip_not_allowed', 'wrong_product'];

/** Throws unless an answer of the management API is one that its route declares: status, body, problem code. */
export function assertDeclared(method: string, path: string, response: TestResponse): void {
  const [id, route] = findRoute(method, path) ?? [];
  if (!id || !route) return;
  if (response.headers.get('x-request-id') === null) throw new Error(`${method} ${path}: no X-Request-Id.`);
  const declared = route.responses[response.status];
  if (declared) {
    assertHeaders(declared, response, `${method} ${path}`);
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    if (!declared.otherTypes?.includes(type)) declared.schema?.parse(response.body);
    return;
  }
  const code = String(response.body?.code);
  const isDeclared = (problemsOf(route) as readonly string[]).includes(code);
  if (!isDeclared && !ofAuthorizer.includes(code)) throw new Error(`${method} ${path}: ${response.status} ${code} is not declared.`);
  const faults = faultsOfProblem(response);
  if (faults.length > 0) throw new Error(`${method} ${path}: a problem with ${faults.join(', ')}: ${JSON.stringify(response.body)}`);
  if (isDeclared) recordProblem(id, code);
}

/** Of the headers that a route may declare, those that it declares are there, and no other. */
function assertHeaders({ headers = [] }: RouteResponse, response: TestResponse, request: string): void {
  for (const name of ['ETag', 'Location', 'Idempotent-Replayed'] as const) {
    const isThere = response.headers.has(name);
    // Only a retry was answered before.
    const isMissing = !isThere && headers.includes(name) && name !== 'Idempotent-Replayed';
    if (isMissing || (isThere && !headers.includes(name))) throw new Error(`${request}: ${name} is ${isThere ? 'not declared' : 'missing'}.`);
  }
}

function findRoute(method: string, path: string): readonly [string, Route] | undefined {
  const [plain = ''] = path.split('?');
  return Object.entries<Route>(routes).find(
    ([, route]) => route.method === method && new RegExp(`^${route.path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`).test(plain),
  );
}
