import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { AccessLog } from './accessLog.ts';
import { expectProblem, expectStatus } from './expectations.ts';
import type { System } from './system.ts';

const rotationShape = z.object({
  successorId: z.string(),
  verdict: z.string(),
  lastUse: z.object({ sourceIp: z.string(), route: z.string() }).nullable(),
  items: z.array(z.object({ old: z.number(), new: z.number() })),
});

/** The verdict follows the lines of both keys. */
export async function rotationSeen({ issue, manage, keysPath, remember, organizationId }: System, accessLog: AccessLog): Promise<void> {
  const { key: old } = await issue({ name: 'Moving', expiresInDays: 30 });
  const read = () => manage({ path: keysPath(old.id, '/rotation') });
  expectProblem(await read(), 404, 'not_found');
  const { key: successor } = remember(await manage({ method: 'POST', path: keysPath(old.id, '/rotate'), body: { gracePeriodHours: 1 } }));
  const rotation = async () => {
    const answer = await read();
    expectStatus(answer, 200);
    return rotationShape.parse(answer.body);
  };
  assert.deepEqual(await rotation(), { successorId: successor.id, verdict: 'not_started', lastUse: null, items: [] });

  await accessLog.write({ keyId: old.id, organizationId, sourceIp: '192.0.2.30' }, { keyId: successor.id, organizationId });
  let seen = await rotation();
  for (let attempt = 0; attempt < 40 && seen.items.length === 0; attempt += 1) {
    await sleep(250);
    seen = await rotation();
  }
  const { verdict, lastUse, items } = seen;
  assert.deepEqual({ verdict, lastUse }, { verdict: 'moving', lastUse: { sourceIp: '192.0.2.30', route: 'GET /orders/{orderId}' } });
  const sum = (name: 'old' | 'new') => items.reduce((total, item) => total + item[name], 0);
  assert.deepEqual([sum('old'), sum('new')], [1, 1]);
}
