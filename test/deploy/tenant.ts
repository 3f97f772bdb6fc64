import * as z from 'zod';
import { expectProblem, expectStatus } from './expectations.ts';
import { call } from './http.ts';
import type { Answer, Call } from './http.ts';
import type { Report } from './report.ts';
import type { Issued, System } from './system.ts';

/** A second organization beside the operator's. */
export interface Tenant {
  readonly id: string;
  /** `/organizations/<id><rest>`. */
  path(rest: string): string;
  /** A key of the product `orders`. */
  readonly key: Issued;
  /** Changes the organization, as the operator. */
  patch(body: unknown): Promise<Answer>;
}

const organizationShape = z.object({ id: z.string(), status: z.string() });

/** A tenant from its creation to its first key. */
export async function newTenant(system: System, report: Report): Promise<Tenant> {
  const { manage } = system;
  const { id } = await report.step('the root key creates an organization, which is pending', async () => {
    const answer = await manage({ method: 'POST', path: '/organizations', body: { name: 'Second', plan: 'team', products: ['orders'] } });
    expectStatus(answer, 201);
    const created = organizationShape.parse(answer.body);
    if (created.status !== 'pending') throw new Error(`It is ${created.status}.`);
    return created;
  });
  const path = (rest: string) => `/organizations/${id}${rest}`;
  const patch = (body: unknown) => manage({ method: 'PATCH', path: path(''), body });
  const request: Call = {
    method: 'POST',
    path: path('/keys'),
    body: { name: 'Of the second', product: 'orders', environment: 'live', scopes: ['orders:read', 'orders:write'] },
  };
  await report.check('it gets no key before it is approved', async () => {
    expectProblem(await manage(request), 403, 'organization_not_approved');
  });
  const key = await report.step('it gets one after', async () => {
    expectStatus(await patch({ status: 'approved' }), 200);
    return system.remember(await manage(request));
  });
  await report.check('its key is let in at the example', async () => expectStatus(await system.order(key.token), 200));
  return { id, path, key, patch };
}

/** Calls the management API as a member who signed in, with their access token. */
export function asMember({ management, keepSecret }: System, accessToken: string): (options: Call) => Promise<Answer> {
  keepSecret(accessToken.slice(accessToken.lastIndexOf('.') + 1));
  return (options) => call(management, { ...options, headers: { authorization: `Bearer ${accessToken}`, ...options.headers } });
}
