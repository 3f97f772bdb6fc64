import { beforeAll, describe, expect, it } from 'vitest';
import type { UsageStore } from '../../../shared/usage/store.ts';
import { linesOf } from '../functions/stdout.ts';
import { useTables } from './functionsEnvironment.ts';
import { accessLine, dataMessage, fivePastTen, keyId, numbered, organizationId, subscriptionEvent } from './lines.ts';

useTables();
let countUsage: (event: ReturnType<typeof subscriptionEvent>) => Promise<unknown>;
let usage: UsageStore;

beforeAll(async () => {
  countUsage = (await import('../../../functions/jobs/countUsage.ts')).handler as typeof countUsage;
  usage = (await import('../../../functions/usageDependencies.ts')).usageStores();
});

const hoursOf = (id: string) => usage.hours(id, { fromMs: fivePastTen - 3_600_000, toMs: fivePastTen + 3_600_000 });

/** Runs the job, its log kept apart. */
async function run(event: ReturnType<typeof subscriptionEvent>): Promise<{ report: unknown; logged: string[] }> {
  let report: unknown;
  const logged = await linesOf(async () => {
    report = await countUsage(event);
  });
  return { report, logged };
}

describe('the job', () => {
  it('counts what it is sent, once, and says what became of each line', async () => {
    const event = subscriptionEvent(dataMessage([accessLine(), accessLine({ status: '503' }), accessLine({ 'authorizer.keyId': '-' }), 'SECRET"']));
    const { report, logged } = await run(event);
    expect(report).toEqual({ lines: 4, counted: 2, repeated: 0, ignored: 1, unreadable: 1 });
    expect((await run(event)).report).toEqual({ lines: 4, counted: 0, repeated: 2, ignored: 1, unreadable: 1 });
    expect(await hoursOf(keyId)).toMatchObject([{ hour: '2026-11-22T10', requests: 2, status: { '2xx': 1, '5xx': 1 } }]);
    expect(await hoursOf(organizationId)).toMatchObject([{ requests: 2 }]);
    expect(logged.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'WARN', message: 'usage counted', logGroup: '/aws/apigateway/orders', logStream: 'a1b2', UsageLinesCounted: 2, UsageLinesUnreadable: 1 },
    ]);
    expect(logged.join()).not.toContain('SECRET');
  });

  it('has a metric for what it counted and for what it could not read (embedded metric format)', async () => {
    const [line = '{}'] = (await run(subscriptionEvent(dataMessage([])))).logged;
    const parsed = JSON.parse(line);
    const [{ Namespace, Dimensions, Metrics }] = parsed['_aws'].CloudWatchMetrics;
    expect([Namespace, Dimensions, Metrics.map(({ Name }: { Name: string }) => [Name, parsed[Name]])]).toEqual([
      'Gatewarden',
      [[]],
      [['UsageLinesCounted', 0], ['UsageLinesUnreadable', 0]],
    ]);
  });

  it('is not kept from the good lines of a batch by forged ones: they corrupt nothing, and nothing is thrown', async () => {
    const [victim, honest] = [numbered('key', 66), numbered('key', 67)];
    const forged = `/x","keyId":"${victim}","organizationId":"${organizationId}","code":"-","responseType":"-"}`;
    const lines = [accessLine({ resourcePath: forged, 'authorizer.keyId': honest }), accessLine({ 'authorizer.keyId': honest }), accessLine({ 'identity.sourceIp': '"\n' })];
    const { report } = await run(subscriptionEvent(dataMessage(lines, { logStream: 'forged' })));
    expect(report).toMatchObject({ counted: 1, unreadable: 2 });
    expect([await hoursOf(victim), (await hoursOf(honest))[0]?.requests]).toEqual([[], 1]);
  });

  it('does nothing about a control message', async () => {
    expect(await run(subscriptionEvent(dataMessage([''], { messageType: 'CONTROL_MESSAGE' })))).toEqual({ report: null, logged: [] });
  });

  it('fails on what is no batch, so that it rests where someone looks at it', async () => {
    await expect(countUsage({ awslogs: { data: 'AAAA' } })).rejects.toThrow('incorrect header check');
  });
});
