import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogGroups } from '../../../../local/cloudwatchlogs/logGroups.ts';
import type { LogGroups } from '../../../../local/cloudwatchlogs/logGroups.ts';
import { createSubscriptions } from '../../../../local/cloudwatchlogs/subscriptions.ts';
import type { SubscriptionFilter, Subscriptions } from '../../../../local/cloudwatchlogs/subscriptions.ts';
import { createAsyncInvocations } from '../../../../local/lambda/asyncInvocations.ts';
import type { LambdaFunction } from '../../../../local/lambda/lambdaFunction.ts';
import { mayInvoke } from '../../../../local/lambda/permissions.ts';
import type { InvokePermission } from '../../../../local/lambda/permissions.ts';
import { unpackBatch } from '../../../../shared/usage/subscription.ts';

const arnOf = (name: string): string => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
const allowed = (name: string): InvokePermission => ({ functionName: arnOf(name), action: 'lambda:InvokeFunction', principal: 'logs.amazonaws.com', sourceArn: 'arn:aws:logs:us-east-1:000000000000:log-group:app:*' });

let groups: LogGroups;
let subscriptions: Subscriptions;
let permissions: InvokePermission[];
let payloads: { name: string; data: string }[];
let failures: number;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22, 7, 45), toFake: ['setTimeout', 'clearTimeout'] });
  groups = createLogGroups(() => Date.UTC(2026, 10, 22, 7, 45));
  permissions = [allowed('count'), allowed('other'), allowed('third')];
  [payloads, failures] = [[], 0];
  const find = (name: string): LambdaFunction | undefined => {
    const own = name.split(':').at(-1) ?? '';
    return ['count', 'other', 'third'].includes(own) ? ({ name: own, arn: arnOf(own), logGroup: `/aws/lambda/${own}` } as LambdaFunction) : undefined;
  };
  const lambda = {
    find,
    mayInvoke: (arn: string, invoker: Parameters<typeof mayInvoke>[2]) => mayInvoke(permissions, arn, invoker),
    invoke: async (name: string, payload: string) => {
      payloads.push({ name, data: (JSON.parse(payload) as { awslogs: { data: string } }).awslogs.data });
      return failures-- > 0 ? ({ ok: false, error: { errorType: 'Error', errorMessage: 'down' } } as const) : ({ ok: true, payload: 'null' } as const);
    },
  };
  const queues = { send: () => undefined as never, find: () => undefined };
  const invocations = createAsyncInvocations({ lambda, queues, nowMs: Date.now, log: () => undefined });
  subscriptions = createSubscriptions({ logGroups: groups, lambda, invocations, identity: { region: 'us-east-1', accountId: '000000000000' } });
});
afterEach(() => vi.useRealTimers());

const subscribe = (changes: Partial<SubscriptionFilter> = {}): void => subscriptions.add({ name: 'filter', logGroup: 'app', filterPattern: '', functionArn: arnOf('count'), ...changes });
const write = (message: string, logStream = 'one', logGroup = 'app'): void => groups.put({ logGroup, logStream }, message);
const messages = (): (string[] | undefined)[] => payloads.map(({ data }) => unpackBatch(data)?.events.map(({ message }) => message));

describe('a subscription', () => {
  it('hands lines over as CloudWatch Logs does: base64 of gzip, with 56 digits for each line', async () => {
    subscribe();
    write('first');
    write('second');
    await subscriptions.idle();
    const content = JSON.parse(gunzipSync(Buffer.from(payloads[0]?.data ?? '', 'base64')).toString()) as { logEvents: { id: string }[] };
    expect(content).toEqual({
      messageType: 'DATA_MESSAGE',
      owner: '000000000000',
      logGroup: 'app',
      logStream: 'one',
      subscriptionFilters: ['filter'],
      logEvents: [
        { id: expect.stringMatching(/^\d{56}$/u), timestamp: 1_795_333_500_000, message: 'first' },
        { id: expect.stringMatching(/^\d{56}$/u), timestamp: 1_795_333_500_000, message: 'second' },
      ],
    });
    expect(content.logEvents[0]?.id).not.toBe(content.logEvents[1]?.id);
  });

  it('hands lines over without being asked, well within two seconds', async () => {
    subscribe();
    write('line');
    await vi.advanceTimersByTimeAsync(200);
    expect(messages()).toEqual([['line']]);
  });

  it('keeps the lines of each stream by themselves, and out those of other groups and those that it does not want', async () => {
    subscribe({ filterPattern: '{ $.message = "refused" }' });
    write('{"message":"refused","n":1}', 'one');
    write('{"message":"refused","n":2}', 'two');
    write('{"message":"allowed","n":3}', 'one');
    write('{"message":"refused","n":4}', 'one', 'elsewhere');
    write('{"message":"refused","n":5}', 'one');
    await subscriptions.idle();
    expect(messages()).toEqual([['{"message":"refused","n":1}', '{"message":"refused","n":5}'], ['{"message":"refused","n":2}']]);
  });

  it.each([
    ['1,000 lines', 2_001, 'x', [1_000, 1_000, 1]],
    ['500 kB', 3, 'x'.repeat(250_000), [2, 1]],
  ])('hands over at most %s at once', async (_name, count, line, sizes) => {
    subscribe();
    for (let written = 0; written < count; written += 1) write(line);
    await subscriptions.idle();
    expect(messages().map((batch) => batch?.length)).toEqual(sizes);
  });

  it('hands a batch that failed over again, the ids unchanged', async () => {
    subscribe();
    failures = 1;
    write('line');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(payloads).toHaveLength(2);
    expect(payloads[1]?.data).toBe(payloads[0]?.data);
  });

  it('counts what it has in hand as work, until it is handed over', async () => {
    subscribe();
    const before = subscriptions.begun();
    write('line');
    expect(subscriptions.begun()).toBe(before + 1);
  });

  it('hands nothing over once the platform stops', async () => {
    subscribe();
    write('line');
    subscriptions.stop();
    write('line');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(payloads).toEqual([]);
  });

  it('reaches two functions, each with all lines', async () => {
    subscribe();
    subscribe({ name: 'second', functionArn: arnOf('other') });
    write('line');
    await subscriptions.idle();
    expect(payloads.map(({ name }) => name.split(':').at(-1))).toEqual(['count', 'other']);
  });
});

describe('a subscription is refused', () => {
  it('as the third of its group', () => {
    subscribe();
    subscribe({ name: 'second', functionArn: arnOf('other') });
    expect(() => subscribe({ name: 'third', functionArn: arnOf('third') })).toThrow('has 2 subscription filters already');
  });

  it('for a function that does not exist', () => {
    expect(() => subscribe({ functionArn: arnOf('nobody') })).toThrow('there is no function');
  });

  it.each<[string, Partial<InvokePermission>]>([
    ['no permission', { functionName: arnOf('other') }],
    ['the permission of another log group', { sourceArn: 'arn:aws:logs:us-east-1:000000000000:log-group:elsewhere:*' }],
    ['the permission of another account', { sourceAccount: '111111111111' }],
    ['the permission of another service', { principal: 'events.amazonaws.com' }],
  ])('with %s', (_name, changes) => {
    permissions = [{ ...allowed('count'), ...changes }];
    expect(() => subscribe()).toThrow('given CloudWatch Logs permission');
  });

  it('and taken with the permission of its region', () => {
    permissions = [{ ...allowed('count'), principal: 'logs.us-east-1.amazonaws.com', sourceAccount: '000000000000' }];
    expect(() => subscribe()).not.toThrow();
  });

  it("where a function's lines would come back to it, by itself or by way of another", () => {
    permissions = ['count', 'other'].map((name) => ({ ...allowed(name), sourceArn: undefined }));
    expect(() => subscribe({ logGroup: '/aws/lambda/count' })).toThrow('without end');
    subscribe({ logGroup: '/aws/lambda/other' });
    expect(() => subscribe({ logGroup: '/aws/lambda/count', functionArn: arnOf('other') })).toThrow('without end');
  });
});

it('two starts of the platform never give two lines one id', () => {
  const ids = new Set<string>();
  for (const started of [createLogGroups(() => 1), createLogGroups(() => 1)]) {
    started.onPut((_place, { id }) => ids.add(id));
    for (let count = 0; count < 10; count += 1) started.put({ logGroup: 'a', logStream: 'b' }, 'c');
  }
  expect(ids.size).toBe(20);
});
