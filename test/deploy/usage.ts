import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import { findAccessLog } from './accessLog.ts';
import { logGroupOf } from './authorizerLog.ts';
import { expectStatus } from './expectations.ts';
import type { Jobs } from './jobs.ts';
import type { Report } from './report.ts';
import { rotationSeen } from './rotationSeen.ts';
import type { Issued, System } from './system.ts';

interface Setting {
  readonly system: System;
  readonly jobs: Jobs;
}

/** Who uses which key, and what is refused, is counted from logs by their subscriptions, and shown. */
export async function usage({ system, jobs }: Setting, report: Report): Promise<void> {
  await report.part('Usage is counted from logs', async () => {
    await report.check('each log that tells of keys has the function that counts as its subscriber, with its filter', () => subscriptions({ system, jobs }));
    const issued = await report.step('a key is issued', () => system.issue({ name: 'Counted', scopes: ['orders:read'] }));
    await report.check('a refusal counts for its key by its code, and as a use of the key', () => refusal(system, issued));
    await report.check('a token that POST /keys/verify finds valid counts', async () => {
      expectStatus(await system.manage({ method: 'POST', path: '/keys/verify', body: { token: issued.token, ip: '192.0.2.20' } }), 200);
      await expectCounts(system, issued, { total: 2, '2xx': 1, '4xx': 1, insufficient_scope: 1 });
    });
    const accessLog = await report.step('the access log of the example is found, by its template', () => findAccessLog(system.operator));
    await report.check('lines of the access log count by their status, and what is no such line does not', async () => {
      const line = { keyId: issued.key.id, organizationId: issued.key.organizationId };
      await accessLog.write(line, line, { ...line, status: '404' }, { ...line, status: '502' });
      await accessLog.writeText(`{"kind":"gatewarden-access","keyId":"${issued.key.id}","status":"200"}`);
      await expectCounts(system, issued, { total: 6, '2xx': 3, '4xx': 2, '5xx': 1, insufficient_scope: 1 });
    });
    await report.check('a batch of the authorizer’s own lines, handed over by hand, counts once however often it comes', () => byHand({ system, jobs }, issued));
    await report.check('the organization’s usage holds what its key’s does', async () => {
      const answer = await system.manage({ path: `/organizations/${system.organizationId}/usage` });
      expectStatus(answer, 200);
      assert.ok((countsOf(answer.body)['insufficient_scope'] ?? 0) >= 2, answer.text);
    });
    await report.check('a rotation shows whether the old key is still in use', () => rotationSeen(system, accessLog));
    await report.check('the function that counts has logged no error', async () => {
      const lines = await system.operator.logLines(jobs.logGroup('CountUsage'));
      assert.ok(lines.some((text) => text.includes('"usage counted"')), 'The log was not read: what was counted is missing.');
      assert.deepEqual(lines.filter((text) => text.includes('"level":"ERROR"') || text.includes('"errorType"')), []);
    });
  });
}

const filtersShape = z.object({
  subscriptionFilters: z.array(z.object({ destinationArn: z.string(), filterPattern: z.string() })),
});

/** All that there are, of each stack that has some: begin of the log group's logical id, and what is handed over. */
const subscribed = {
  'Gatewarden-Api': { KeyAuthorizer: '{ $.message = "refused" }', ManagementAuthorizer: '{ $.message = "refused" }', ManagementAccessLogs: '', Keys: '{ $.message = "verified" }' },
  'Gatewarden-Jobs': {},
  'Gatewarden-Orders': { KeysAccessLog: '' },
} satisfies Record<string, Record<string, string>>;

async function subscriptions({ system: { operator }, jobs }: Setting): Promise<void> {
  for (const [stack, expected] of Object.entries(subscribed)) {
    const found: Record<string, string> = {};
    for (const { logicalId, physicalId } of await operator.resources(stack, 'AWS::Logs::LogGroup')) {
      const { subscriptionFilters } = filtersShape.parse(await operator.aws('logs', 'describe_subscription_filters', { logGroupName: physicalId }));
      const name = Object.keys(expected).find((begin) => logicalId.startsWith(begin)) ?? logicalId;
      for (const { destinationArn, filterPattern } of subscriptionFilters) {
        assert.equal(destinationArn, jobs.functionArn('CountUsage'));
        found[name] = filterPattern;
      }
    }
    assert.deepEqual(found, expected, stack);
  }
}

async function refusal(system: System, issued: Issued): Promise<void> {
  const { order, manage, keysPath } = system;
  const before = await manage({ path: keysPath(issued.key.id) });
  assert.equal(usedShape.parse(before.body).lastUsedAt, null);
  const calledMs = Date.now();
  expectStatus(await order(issued.token, { method: 'POST', body: { item: 'Lamp', quantity: 1 } }), 403);
  await expectCounts(system, issued, { total: 1, '4xx': 1, insufficient_scope: 1 });
  const after = await manage({ path: keysPath(issued.key.id) });
  const lastUsedMs = Date.parse(usedShape.parse(after.body).lastUsedAt ?? '');
  assert.ok(lastUsedMs >= calledMs && lastUsedMs <= Date.now(), after.text);
}

const usedShape = z.object({ lastUsedAt: z.string().nullable() });
const refusedShape = z.object({ message: z.literal('refused'), keyId: z.string() });

/** What CloudWatch Logs hands over: gzip of a batch of lines of one stream, each with an id that stays the same. */
async function byHand({ system, jobs }: Setting, issued: Issued): Promise<void> {
  const logGroup = await logGroupOf(system.operator, 'KeyAuthorizer');
  const lines = (await system.operator.logLines(logGroup)).filter((line) => isAbout(line, issued.key.id));
  assert.equal(lines.length, 1);
  const batch = {
    messageType: 'DATA_MESSAGE',
    owner: '000000000000',
    logGroup,
    logStream: '2026/11/22/[$LATEST]0123456789abcdef0123456789abcdef',
    subscriptionFilters: ['by-hand'],
    logEvents: [...lines, 'START RequestId: none', '{"message":"refused"}'].map((message, at) => ({ id: String(at).padStart(56, '0'), timestamp: Date.now(), message })),
  };
  const run = (event: object) => jobs.run('CountUsage', { awslogs: { data: gzipSync(JSON.stringify(event)).toString('base64') } });
  assert.deepEqual(await run(batch), { lines: 3, counted: 1, repeated: 0, ignored: 0, unreadable: 2 });
  assert.deepEqual(await run(batch), { lines: 3, counted: 0, repeated: 1, ignored: 0, unreadable: 2 });
  assert.equal(await run({ ...batch, messageType: 'CONTROL_MESSAGE' }), null);
  await expectCounts(system, issued, { total: 7, '2xx': 3, '4xx': 3, '5xx': 1, insufficient_scope: 2 });
}

function isAbout(line: string, keyId: string): boolean {
  if (!line.startsWith('{')) return false;
  const refused = refusedShape.safeParse(JSON.parse(line));
  return refused.success && refused.data.keyId === keyId;
}

const counts = z.record(z.string(), z.number());
const usageShape = z.object({ total: z.number(), items: z.array(z.object({ requests: z.number(), status: counts, refusals: counts })) });

/** Requests, and those of each status class and code that there were any of: of all hours, as a run may begin in one and end in the next. */
function countsOf(body: unknown): Record<string, number> {
  const { total, items } = usageShape.parse(body);
  const sums: Record<string, number> = { total };
  for (const [name, count] of items.flatMap(({ status, refusals }) => Object.entries({ ...status, ...refusals }))) sums[name] = (sums[name] ?? 0) + count;
  assert.equal(items.reduce((sum, { requests }) => sum + requests, 0), total);
  return Object.fromEntries(Object.entries(sums).filter(([, count]) => count > 0));
}

const seenWithinMs = 10_000;

async function expectCounts({ manage, keysPath }: System, { key }: Issued, expected: Readonly<Record<string, number>>): Promise<void> {
  const read = async () => {
    const answer = await manage({ path: keysPath(key.id, '/usage') });
    expectStatus(answer, 200);
    return countsOf(answer.body);
  };
  const deadlineMs = performance.now() + seenWithinMs;
  let seen = await read();
  while ((seen['total'] ?? 0) < (expected['total'] ?? 0) && performance.now() < deadlineMs) {
    await sleep(250);
    seen = await read();
  }
  assert.deepEqual(seen, expected);
}
