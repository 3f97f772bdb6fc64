import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAsyncInvocations } from '../../../../local/lambda/asyncInvocations.ts';
import type { AsyncInvocations } from '../../../../local/lambda/asyncInvocations.ts';
import type { InvokeOutcome, LambdaFunction } from '../../../../local/lambda/lambdaFunction.ts';

const arn = 'arn:aws:lambda:us-east-1:000000000000:function:sweep';
const queueArn = 'arn:aws:sqs:us-east-1:000000000000:failures';
const failure: InvokeOutcome = { ok: false, error: { errorType: 'TypeError', errorMessage: 'late' } };
const success: InvokeOutcome = { ok: true, payload: '{"due":2}' };

let invocations: AsyncInvocations;
let outcomes: InvokeOutcome[];
let payloads: string[];
let queued: { arn: string; body: Record<string, unknown> }[];
let logged: string[];

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-22T08:00:00.000Z'), toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  [payloads, queued, logged] = [[], [], []];
  outcomes = [];
  invocations = createAsyncInvocations({
    lambda: {
      find: () => ({ arn } as LambdaFunction),
      invoke(_, payload) {
        payloads.push(payload);
        return Promise.resolve(outcomes.shift() ?? success);
      },
    },
    queues: {
      find: (id) => (id === queueArn ? { name: 'failures', arn: queueArn, url: '', retentionSec: 60, visibilityTimeoutSec: 30 } : undefined),
      send: (id, { body }) => String(queued.push({ arn: id, body: JSON.parse(body) as Record<string, unknown> })),
    },
    nowMs: () => Date.now(),
    log: (line) => void logged.push(line),
  });
});
afterEach(() => {
  invocations.stop();
  vi.useRealTimers();
});

const configure = (changes: Partial<Parameters<AsyncInvocations['configure']>[1]> = {}): void =>
  invocations.configure('sweep', { maximumRetryAttempts: 2, maximumEventAgeSec: 3600, onFailureArn: queueArn, ...changes });

describe('an event for a function that nobody waits for', () => {
  it('is tried again after a failure, and its first outcome is known before that', async () => {
    configure();
    outcomes = [failure];
    const { first, ended } = invocations.start(arn, '{"n":1}');
    expect(await first).toEqual(failure);
    expect(payloads).toEqual(['{"n":1}']);
    await vi.runAllTimersAsync();
    await ended;
    expect(payloads).toEqual(['{"n":1}', '{"n":1}']);
    expect([queued, logged]).toEqual([[], []]);
  });

  it("that fails at every try rests in the function's queue, with what it failed with", async () => {
    configure();
    outcomes = [failure, failure, failure];
    invocations.start(arn, '{"n":1}');
    await vi.runAllTimersAsync();
    await invocations.idle();
    expect(payloads).toHaveLength(3);
    expect(queued).toEqual([
      {
        arn: queueArn,
        body: {
          version: '1.0',
          timestamp: expect.stringMatching(/^2026-11-22T08:00:00\.\d{3}Z$/u),
          requestContext: { requestId: expect.any(String), functionArn: `${arn}:$LATEST`, condition: 'RetriesExhausted', approximateInvokeCount: 3 },
          requestPayload: { n: 1 },
          responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
          responsePayload: { errorType: 'TypeError', errorMessage: 'late' },
        },
      },
    ]);
    expect(logged).toEqual([`The asynchronous invocation of sweep failed 3 times: TypeError: late; its event rests in ${queueArn}.`]);
  });

  it('is tried as often as its function is set to', async () => {
    configure({ maximumRetryAttempts: 0 });
    outcomes = [failure];
    await invocations.start(arn, 'null').ended;
    expect(payloads).toHaveLength(1);
    expect(queued).toHaveLength(1);
  });

  it('is not tried when it has become too old', async () => {
    configure({ maximumEventAgeSec: 0 });
    outcomes = [failure];
    await invocations.start(arn, 'null').ended;
    expect(queued).toMatchObject([{ body: { requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 1 } } }]);
  });

  it('without a setting is tried three times, and only the log tells of it', async () => {
    outcomes = [failure, failure, failure, failure];
    invocations.start(arn, 'null');
    await vi.runAllTimersAsync();
    await invocations.idle();
    expect(payloads).toHaveLength(3);
    expect(queued).toEqual([]);
    expect(logged).toEqual(['The asynchronous invocation of sweep failed 3 times: TypeError: late']);
  });

  it('is not tried again once the platform stops', async () => {
    configure();
    outcomes = [failure, failure, failure];
    const { first, ended } = invocations.start(arn, 'null');
    await first;
    invocations.stop();
    await ended;
    expect(payloads).toHaveLength(1);
    expect(queued).toEqual([]);
  });
});
