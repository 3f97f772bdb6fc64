import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { expectProblem, expectStatus } from './expectations.ts';
import type { Report } from './report.ts';
import { asKey, asPage } from './system.ts';
import type { System } from './system.ts';

const replayShape = z.object({ key: z.object({ id: z.string() }), token: z.null(), tokenWithheld: z.string() });

/** A request whose key the tag finds again. */
function requestFor(name: string) {
  return { name, product: 'orders', environment: 'live', scopes: ['orders:read'], tags: { retried: name } };
}

/** A retry never makes a second key; a rotation never leaves a gap. */
export async function retriesAndRotation(system: System, report: Report): Promise<void> {
  await report.part('A retried issue makes one key', () => retries(system, report));
  await report.part('A rotated key', () => rotation(system, report));
}

async function retries({ manage, keysPath, remember }: System, report: Report): Promise<void> {
  const issue = (name: string, idempotencyKey: string) =>
    manage({ method: 'POST', path: keysPath(), body: requestFor(name), headers: { 'idempotency-key': idempotencyKey } });
  const made = async (name: string) => asPage(await manage({ path: `${keysPath()}?tag=retried:${name}` })).items.map(({ id }) => id);

  await report.check('a retry answers the same key, without its token, and says why', async () => {
    const idempotencyKey = randomUUID();
    const first = remember(await issue('later', idempotencyKey));
    const second = await issue('later', idempotencyKey);
    expectStatus(second, 201);
    assert.equal(replayShape.parse(second.body).key.id, first.key.id);
    assert.deepEqual(await made('later'), [first.key.id]);
  });
  await report.check('of tries that race, one makes the key and the others answer it', async () => {
    const idempotencyKey = randomUUID();
    const answers = await Promise.all(Array.from({ length: 5 }, () => issue('racing', idempotencyKey)));
    for (const answer of answers) expectStatus(answer, 201);
    const ids = answers.map(({ body: answered }) => z.object({ key: z.object({ id: z.string() }) }).parse(answered).key.id);
    assert.equal(new Set(ids).size, 1, `The keys are ${ids.join(', ')}.`);
    const [first, ...more] = answers.filter((answer) => !replayShape.safeParse(answer.body).success);
    assert.ok(first && more.length === 0, `${more.length + 1} answers hold a token.`);
    remember(first);
    assert.deepEqual(await made('racing'), [ids[0]]);
  });
  await report.check('the same idempotency key with another request is a 422', async () => {
    const idempotencyKey = randomUUID();
    remember(await issue('one', idempotencyKey));
    expectProblem(await issue('two', idempotencyKey), 422, 'idempotency_key_reused');
    assert.deepEqual(await made('two'), []);
  });
}

async function rotation({ issue, manage, order, keysPath, remember }: System, report: Report): Promise<void> {
  const { key, token } = await report.step('a key is issued', () => issue({ name: 'Rotated', scopes: ['orders:read'] }));
  const rotate = (body: unknown) => manage({ method: 'POST', path: keysPath(key.id, '/rotate'), body });

  await report.check('works on beside its successor for the grace period', async () => {
    const successor = remember(await rotate({ gracePeriodHours: 1 }));
    assert.deepEqual(successor.key.scopes, ['orders:read']);
    expectStatus(await order(token), 200);
    expectStatus(await order(successor.token), 200);
    const hoursLeft = (Date.parse(asKey(await manage({ path: keysPath(key.id) })).expiresAt ?? '') - Date.now()) / 3_600_000;
    assert.ok(hoursLeft > 0.9 && hoursLeft <= 1, `It expires in ${hoursLeft} hours.`);
  });
  await report.check('cannot be rotated twice', async () => {
    expectProblem(await rotate({}), 409, 'key_already_rotated');
  });
}
