import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { cleanEnvironment, run } from './children.ts';
import type { Finished } from './children.ts';
import { expectStatus } from './expectations.ts';
import { findJobs } from './jobs.ts';
import type { Report } from './report.ts';
import type { System } from './system.ts';
import type { Tenant } from './tenant.ts';

const root = join(import.meta.dirname, '..', '..');
const eventShape = z.object({ sequence: z.number(), type: z.string(), actor: z.object({ type: z.string() }), keyId: z.string().optional() });
const pageShape = z.object({ items: z.array(eventShape), nextCursor: z.string().nullable() });
const checkpointShape = z.object({ organizationId: z.string(), sequence: z.number(), publicKey: z.string() });
const checkpointsShape = z.object({ items: z.array(checkpointShape) });
const outcomeShape = z.object({ organizations: z.number(), signed: z.number() });

/** Every change is on record; the record can be taken along and checked without the deployment. */
export async function record(options: { system: System; tenant: Tenant; dir: string }, report: Report): Promise<void> {
  const { system, tenant, dir } = options;
  const folder = join(dir, 'record');
  await mkdir(folder, { recursive: true });
  const events = join(folder, 'events.ndjson');
  const checkpoints = join(folder, 'checkpoints.json');

  const last = await report.step('the events of the tenant are listed newest first, without a gap, page by page', () => listed(system, tenant));
  await report.check('the events of a key are listed by themselves', async () => {
    const { items } = pageShape.parse((await system.manage({ path: tenant.path(`/keys/${tenant.key.key.id}/events`) })).body);
    assert.deepEqual(items.map(({ type, keyId }) => ({ type, keyId })), [{ type: 'key.created', keyId: tenant.key.key.id }]);
  });
  await report.step('the export holds together, checked offline', async () => {
    const answer = await system.manage({ path: tenant.path('/events'), headers: { accept: 'application/x-ndjson' } });
    expectStatus(answer, 200);
    assert.match(String(answer.headers['content-type']), /^application\/x-ndjson/);
    assert.equal(answer.headers['x-next-cursor'], undefined);
    await writeFile(events, answer.text);
    expectOutput(await verify(dir, events), 0, `${last} events hold together, from 1 to ${last}.\nNo checkpoint vouches for them.\n`);
  });
  await report.check('an export in which a word was changed does not', async () => {
    const changed = join(folder, 'changed.ndjson');
    const answer = await system.manage({ path: tenant.path('/events'), headers: { accept: 'application/x-ndjson' } });
    await writeFile(changed, answer.text.replace('organization.suspended', 'organization.approved'));
    assert.equal((await verify(dir, changed)).code, 1);
  });
  const checkpoint = await report.step('the job signs where both chains stand, and nothing the second time', () => signed(system, tenant));
  await report.check('the checkpoint is in the list, and vouches for the whole export', async () => {
    assert.equal(checkpoint.sequence, last);
    const answer = await system.manage({ path: tenant.path('/events/checkpoints') });
    await writeFile(checkpoints, answer.text);
    const verified = await verify(dir, events, '--checkpoints', checkpoints, '--public-key', checkpoint.publicKey);
    expectOutput(verified, 0, `${last} events hold together, from 1 to ${last}.\nA signed checkpoint vouches for them up to ${last}.\n`);
  });
}

/** Lists everything in small pages; answers the last sequence number. */
async function listed({ manage }: System, tenant: Tenant): Promise<number> {
  const items: z.infer<typeof eventShape>[] = [];
  let cursor: string | null = null;
  do {
    const answer = await manage({ path: tenant.path(`/events?limit=20${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`) });
    expectStatus(answer, 200);
    const page = pageShape.parse(answer.body);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  assert.deepEqual(items.map(({ sequence }) => sequence), items.map((_, at) => items.length - at));
  const oldest = items.toReversed().map(({ type, actor }) => `${type} by ${actor.type}`);
  assert.deepEqual(oldest.slice(0, 5), [
    'organization.created by management_key',
    'organization.approved by management_key',
    'key.created by management_key',
    'member.invited by management_key',
    'member.joined by member',
  ]);
  return items.length;
}

/** Runs the job as its schedule would, twice. */
async function signed({ manage, operator }: System, tenant: Tenant): Promise<z.infer<typeof checkpointShape>> {
  const jobs = await findJobs(operator);
  const runOnce = async (): Promise<unknown> => outcomeShape.parse(await jobs.run('CheckpointEvents', { scheduledAt: '2026-11-22T03:17:00Z' }));
  assert.deepEqual(await runOnce(), { organizations: 2, signed: 2 });
  assert.deepEqual(await runOnce(), { organizations: 2, signed: 0 });
  const { items } = checkpointsShape.parse((await manage({ path: tenant.path('/events/checkpoints') })).body);
  const [only, ...more] = items;
  assert.ok(only && more.length === 0, `There are ${items.length} checkpoints.`);
  assert.equal(only.organizationId, tenant.id);
  return only;
}

function verify(dir: string, ...args: readonly string[]): Promise<Finished> {
  return run({ program: process.execPath, args: ['cli/verify-events.ts', ...args], cwd: root, env: cleanEnvironment(dir) });
}

function expectOutput({ code, output }: Finished, expectedCode: number, expected: string): void {
  assert.equal(code, expectedCode, output);
  assert.equal(output, expected);
}
