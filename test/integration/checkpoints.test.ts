import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsOf } from '../support/events.ts';
import { exportOf } from '../support/exports.ts';
import { change, organizationWith, pagesOf, sequences } from '../support/record.ts';
import type { Json } from '../support/respondsAsDeclared.ts';
import { useSystem } from '../support/system.ts';
import { runVerifyEvents } from '../support/verifyEvents.ts';

const system = useSystem();
const dayMs = 86_400_000;
const ndjson = 'application/x-ndjson';
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gatewarden-record-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the job that signs checkpoints, as the schedule would. */
async function signCheckpoints(): Promise<Json> {
  const [schedule] = system().platform.schedules.list().filter(({ name }) => /checkpoint/i.test(name));
  const run = await system().platform.schedules.run(schedule?.name ?? '');
  expect(run).toMatchObject({ ok: true, error: null });
  return run.result;
}

describe('signed checkpoints', () => {
  it('say where each chain stands, once; an export verifies against them', async () => {
    const id = await organizationWith(system(), 4);
    const result = await signCheckpoints();
    expect(result.signed).toBeGreaterThanOrEqual(1);
    const first = await system().call('GET', `/organizations/${id}/events/checkpoints`);
    const head = (await eventsOf(system().operator, id)).at(-1);
    expect(first.body.items).toEqual([
      { organizationId: id, sequence: 4, hash: head.hash, at: expect.any(String), keyId: expect.stringMatching(/^[0-9a-f]{16}$/), publicKey: expect.any(String), signature: expect.any(String) },
    ]);
    expect(await signCheckpoints()).toMatchObject({ signed: 0 });
    await change(system(), id, 3);
    await signCheckpoints();
    const pages = await pagesOf(system(), `/organizations/${id}/events/checkpoints?limit=1`);
    expect(pages.flat().map(({ sequence }) => sequence)).toEqual([7, 4]);
    const checkpoints = path.join(folder, 'checkpoints.json');
    writeFileSync(checkpoints, JSON.stringify({ items: pages.flat(), nextCursor: null }));
    const file = path.join(folder, 'signed.ndjson');
    const { body } = await exportOf(system(), `/organizations/${id}/events`, ndjson);
    writeFileSync(file, body);
    const publicKey = first.body.items[0].publicKey;
    expect((await runVerifyEvents([file, '--checkpoints', checkpoints, '--public-key', publicKey])).out).toContain('A signed checkpoint vouches for them up to 7.');
    const foreign = await runVerifyEvents([file, '--checkpoints', checkpoints, '--public-key', 'MCowBQYDK2VwAyEAFLUCsbVTwnMT6HkS2QI8JfTIBk+HAbvxhMjWaHn7Z/g=']);
    expect([foreign.code, foreign.err]).toEqual([1, expect.stringContaining('was signed with another key')]);
    writeFileSync(file, body.split('\n').slice(1).join('\n'));
    const cut = await runVerifyEvents([file, '--checkpoints', checkpoints]);
    expect([cut.code, cut.err]).toEqual([1, 'Line 1 (event 6) is not the last event: a checkpoint was signed for event 7.\n']);
  });

  it('are the same key’s after the function is started anew', async () => {
    const id = await organizationWith(system(), 1);
    await signCheckpoints();
    const [mine] = (await system().call('GET', `/organizations/${id}/events/checkpoints`)).body.items;
    const [operators] = (await system().call('GET', `/organizations/${system().organizationId}/events/checkpoints`)).body.items;
    expect(mine.keyId).toBe(operators.keyId);
  });

  // Last: more than a year goes by.
  it('vouch for what is left once TTL has taken the oldest events', async () => {
    const id = await organizationWith(system(), 5);
    system().platform.clock.advance(200 * dayMs);
    await change(system(), id, 3);
    await signCheckpoints();
    system().platform.clock.advance(201 * dayMs);
    await change(system(), id, 2);
    const { items } = (await system().call('GET', `/organizations/${id}/events`)).body;
    expect(sequences(items)).toEqual([10, 9, 8, 7, 6]);
    const file = path.join(folder, 'rest.ndjson');
    writeFileSync(file, (await exportOf(system(), `/organizations/${id}/events`, ndjson)).body);
    const checkpoints = path.join(folder, 'rest.json');
    const signed = (await system().call('GET', `/organizations/${id}/events/checkpoints`)).body;
    writeFileSync(checkpoints, JSON.stringify(signed));
    const { code, out } = await runVerifyEvents([file, '--checkpoints', checkpoints, '--public-key', signed.items[0].publicKey]);
    expect([code, out]).toEqual([0, "5 events hold together, from 6 to 10.\nThey do not begin with the organization's first event.\nA signed checkpoint vouches for them up to 8.\n"]);
    await expect.poll(async () => (await system().operator.partition(`EVENTS#${id}`)).filter(({ sk }) => String(sk).startsWith('EVENT#')).length).toBe(5);
    expect(sequences((await system().call('GET', `/organizations/${id}/events`)).body.items)).toEqual([10, 9, 8, 7, 6]);
  });
});
