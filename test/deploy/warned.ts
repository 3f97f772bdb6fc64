import assert from 'node:assert/strict';
import * as z from 'zod';
import { expectStatus } from './expectations.ts';
import type { Answer } from './http.ts';
import type { Issued, System } from './system.ts';

/** Owner of the keys of the organization that is warned. */
export const owner = 'ada@warned.example';
/** The address that the organization itself wants its mails at. */
export const desk = 'keys@warned.example';

/** An organization that is told of its keys. */
export interface Warned {
  /** `/organizations/<id><rest>`. */
  path(rest: string): string;
  patch(body: unknown): Promise<Answer>;
  /** Issues a key that has an owner. */
  issue(fields: Readonly<Record<string, unknown>>): Promise<Issued>;
  /** Type and actor of a key's events, oldest first. */
  events(keyId: string): Promise<readonly string[]>;
}

const createdShape = z.object({ id: z.string() });
const eventsShape = z.object({ items: z.array(z.object({ type: z.string(), actor: z.object({ type: z.string() }) })) });

export async function newWarned({ manage, remember }: System): Promise<Warned> {
  const created = await manage({ method: 'POST', path: '/organizations', body: { name: 'Warned', plan: 'team', products: ['orders'] } });
  expectStatus(created, 201);
  const path = (rest: string) => `/organizations/${createdShape.parse(created.body).id}${rest}`;
  const patch = (body: unknown) => manage({ method: 'PATCH', path: path(''), body });
  const policy = { noticeEmails: [desk], noticeDays: [1], timeZone: 'Europe/Berlin', maxKeyLifetimeDays: 365 };
  expectStatus(await patch({ status: 'approved', policy }), 200);
  return {
    path,
    patch,
    async issue(fields) {
      const standard = { product: 'orders', environment: 'live', scopes: ['orders:read'], owner: { name: 'Ada', email: owner } };
      return remember(await manage({ method: 'POST', path: path('/keys'), body: { ...standard, ...fields } }));
    },
    async events(keyId) {
      const answer = await manage({ path: path(`/keys/${keyId}/events?limit=100`) });
      expectStatus(answer, 200);
      assert.equal(typeof answer.body, 'object');
      return eventsShape.parse(answer.body).items.map(({ type, actor }) => `${type} by ${actor.type}`).toReversed();
    },
  };
}
