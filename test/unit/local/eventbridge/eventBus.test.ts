import { beforeEach, describe, expect, it } from 'vitest';
import { createEventBus } from '../../../../local/eventbridge/eventBus.ts';
import type { EventBus } from '../../../../local/eventbridge/eventBus.ts';
import { compilePattern } from '../../../../local/eventbridge/eventPattern.ts';
import type { LambdaFunction } from '../../../../local/lambda/lambdaFunction.ts';
import { mayInvoke } from '../../../../local/lambda/permissions.ts';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:suppress';
const ruleArn = 'arn:aws:events:us-east-1:000000000000:rule/bounces';
const queueArn = 'arn:aws:sqs:us-east-1:000000000000:failures';
const permission = { functionName: functionArn, action: 'lambda:InvokeFunction', principal: 'events.amazonaws.com', sourceArn: ruleArn };
const bounce = { source: 'aws.ses', detailType: 'Email Bounced', detail: { eventType: 'Bounce' } };
const putEntry = { Source: 'aws.ses', DetailType: 'Email Bounced', Detail: '{"eventType":"Bounce"}' };

let bus: EventBus;
let permissions: (typeof permission)[];
let taken: { name: string; event: Record<string, unknown> }[];
let queued: { arn: string; body: string; attributes: unknown }[];

beforeEach(() => {
  permissions = [permission];
  [taken, queued] = [[], []];
  bus = createEventBus({
    identity: { region: 'us-east-1', accountId: '000000000000' },
    nowMs: () => Date.parse('2026-11-22T08:00:00.500Z'),
    lambda: {
      find: (arn) => (arn === functionArn ? ({ arn } as LambdaFunction) : undefined),
      mayInvoke: (arn, invoker) => mayInvoke(permissions, arn, invoker),
    },
    invocations: {
      start(name, payload) {
        taken.push({ name, event: JSON.parse(payload) as Record<string, unknown> });
        return { first: Promise.resolve({ ok: true, payload: 'null' }), ended: Promise.resolve() };
      },
    },
    queues: { send: (arn, { body, attributes }) => String(queued.push({ arn, body, attributes })) },
    log: () => undefined,
  });
});

function addRule(changes: { isEnabled?: boolean; target?: string; input?: string } = {}): void {
  bus.addRule({
    arn: ruleArn,
    isEnabled: changes.isEnabled ?? true,
    matches: compilePattern({ source: ['aws.ses'], 'detail-type': ['Email Bounced', 'Email Complaint Received'] }),
    targets: [{ functionArn: changes.target ?? functionArn, input: changes.input, deadLetterArn: queueArn }],
  });
}

describe('an event of the default bus', () => {
  it("reaches a matching rule's function in EventBridge's envelope", () => {
    addRule();
    const id = bus.publish({ ...bounce, resources: ['arn:aws:ses:us-east-1:000000000000:identity/example.com'] });
    expect(taken).toEqual([
      {
        name: functionArn,
        event: {
          version: '0',
          id,
          'detail-type': 'Email Bounced',
          source: 'aws.ses',
          account: '000000000000',
          time: '2026-11-22T08:00:00Z',
          region: 'us-east-1',
          resources: ['arn:aws:ses:us-east-1:000000000000:identity/example.com'],
          detail: { eventType: 'Bounce' },
        },
      },
    ]);
    expect(id).toMatch(/^[0-9a-f-]{36}$/u);
  });

  it.each([
    ['another kind of event', { ...bounce, detailType: 'Email Delivered' }, {}],
    ['a rule that is off', bounce, { isEnabled: false }],
  ])('%s calls nobody', (_, event, rule) => {
    addRule(rule);
    bus.publish(event);
    expect([taken, queued]).toEqual([[], []]);
  });

  it('a target with an input of its own gets that', () => {
    addRule({ input: '{"fixed":true}' });
    bus.publish(bounce);
    expect(taken[0]?.event).toEqual({ fixed: true });
  });

  it.each([
    ['no permission at all', [], functionArn, 'NO_PERMISSIONS'],
    ['a permission for another rule', [{ ...permission, sourceArn: 'arn:aws:events:us-east-1:000000000000:rule/other' }], functionArn, 'NO_PERMISSIONS'],
    ['a permission for another service', [{ ...permission, principal: 'scheduler.amazonaws.com' }], functionArn, 'NO_PERMISSIONS'],
    ['no such function', [permission], 'arn:aws:lambda:us-east-1:000000000000:function:gone', 'NO_RESOURCE'],
  ])("with %s it rests in the target's queue", (_, given, target, code) => {
    permissions = given;
    addRule({ target });
    const id = bus.publish(bounce);
    expect(taken).toEqual([]);
    expect(queued).toMatchObject([{ arn: queueArn, attributes: { RULE_ARN: ruleArn, TARGET_ARN: target, ERROR_CODE: code } }]);
    expect(JSON.parse(queued[0]?.body ?? '')).toMatchObject({ id, detail: { eventType: 'Bounce' } });
  });
});

describe('PutEvents', () => {
  it('puts events on the bus, and answers their ids in order', () => {
    addRule();
    const answer = bus.call('PutEvents', { Entries: [putEntry, { ...putEntry, EventBusName: 'arn:aws:events:us-east-1:000000000000:event-bus/default', Time: 1_795_334_400 }] });
    expect(answer).toEqual({ FailedEntryCount: 0, Entries: taken.map(({ event }) => ({ EventId: event['id'] })) });
    expect(taken.map(({ event }) => event['time'])).toEqual(['2026-11-22T08:00:00Z', '2026-11-22T08:00:00Z']);
    expect(taken[0]?.event).toMatchObject({ source: 'aws.ses', detail: { eventType: 'Bounce' }, resources: [] });
  });

  it('an entry that cannot be put does not keep the others back', () => {
    addRule();
    const answer = bus.call('PutEvents', { Entries: [{ ...putEntry, Detail: '[]' }, { ...putEntry, EventBusName: 'other' }, putEntry] });
    expect(answer).toMatchObject({ FailedEntryCount: 2, Entries: [{ ErrorCode: 'MalformedDetail' }, { ErrorCode: 'ResourceNotFoundException' }, { EventId: taken[0]?.event['id'] }] });
    expect(taken).toHaveLength(1);
  });
});
