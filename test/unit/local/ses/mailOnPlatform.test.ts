import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startPlatform } from '../../../../local/platform.ts';
import type { Platform } from '../../../../local/platform.ts';
import { lambda, role, writeAssembly } from '../fixtures/assembly.ts';

/** Sends a mail by SES's own protocol, as the SDK does. */
const sender = `
  export const handler = async ({ from, to, set }) => {
    const response = await fetch(process.env.AWS_ENDPOINT_URL + '/v2/email/outbound-emails', { method: 'POST', body: JSON.stringify({
      FromEmailAddress: from, Destination: { ToAddresses: [to] }, ConfigurationSetName: set ?? process.env.SET,
      Content: { Simple: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'Hello.' } } } } }) });
    return { status: response.status, type: response.headers.get('x-amzn-errortype'), ...(await response.json()) };
  };`;

const listener = 'export const handler = async (event) => { console.log(JSON.stringify({ heard: event })); };';

const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const stack = {
  Resources: {
    Role: role,
    Sender: lambda('aaaa', { SET: { Ref: 'Set' } }),
    Listener: lambda('bbbb'),
    Identity: { Type: 'AWS::SES::EmailIdentity', Properties: { EmailIdentity: 'example.com' } },
    Set: { Type: 'AWS::SES::ConfigurationSet', Properties: { SuppressionOptions: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] } } },
    Destination: {
      Type: 'AWS::SES::ConfigurationSetEventDestination',
      Properties: {
        ConfigurationSetName: { Ref: 'Set' },
        EventDestination: { Enabled: true, MatchingEventTypes: ['bounce', 'COMPLAINT'], EventBridgeDestination: { EventBusArn: { 'Fn::Sub': 'arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default' } } },
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: { EventPattern: { source: ['aws.ses'], 'detail-type': ['Email Bounced', 'Email Complaint Received', 'Email Sent'] }, State: 'ENABLED', Targets: [{ Id: 'Target0', Arn: arnOf('Listener') }] },
    },
    MayCall: { Type: 'AWS::Lambda::Permission', Properties: { Action: 'lambda:InvokeFunction', FunctionName: arnOf('Listener'), Principal: 'events.amazonaws.com', SourceArn: arnOf('Rule') } },
  },
  Outputs: { Set: { Value: { Ref: 'Set' } } },
};

let dir: string;
let platform: Platform;
const start = () => startPlatform({ assemblyDir: path.join(dir, 'cdk.out'), dataDir: path.join(dir, 'data') });
beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'mail-'));
  writeAssembly(path.join(dir, 'cdk.out'), { Mail: { template: stack } }, { aaaa: sender, bbbb: listener });
  platform = await start();
});
afterEach(async () => {
  await platform.stop();
  rmSync(dir, { recursive: true, force: true });
});

const send = (payload: object) => platform.invoke('Sender', payload);
const heard = () =>
  platform.logs('Listener').flatMap(({ line }) => {
    const { message } = JSON.parse(line) as { message: unknown };
    return typeof message === 'string' && message.startsWith('{"heard"') ? [(JSON.parse(message) as { heard: Record<string, unknown> }).heard] : [];
  });

describe('a platform with mail', () => {
  it('keeps what a function sends over a restart, at the time of its clock', async () => {
    platform.clock.advance(86_400_000);
    expect(await send({ from: 'keys@example.com', to: 'ada@example.com' })).toMatchObject({ status: 200, MessageId: expect.any(String) });
    const [arrived] = platform.mail.messages.list();
    expect(arrived).toMatchObject({ to: ['ada@example.com'], subject: 'Hello', text: 'Hello.', html: null });
    expect(Math.abs(Date.parse(arrived?.at ?? '') - Date.now() - 86_400_000)).toBeLessThan(60_000);
    await platform.stop();
    platform = await start();
    expect(platform.mail.messages.list()).toEqual([arrived]);
  });

  it('tells the function of a rule of the bounce and the complaint, and of nothing else', async () => {
    await send({ from: 'keys@example.com', to: 'ada@example.com' });
    await send({ from: 'keys@example.com', to: 'bounce+ada@simulator.amazonses.com' });
    await platform.settled();
    expect(heard()).toMatchObject([
      {
        source: 'aws.ses',
        'detail-type': 'Email Bounced',
        resources: [`arn:aws:ses:us-east-1:000000000000:configuration-set/${platform.outputs['Mail']?.['Set']}`],
        detail: { eventType: 'Bounce', bounce: { bounceType: 'Permanent', bouncedRecipients: [{ emailAddress: 'bounce+ada@simulator.amazonses.com' }] } },
      },
    ]);
    await send({ from: 'keys@example.com', to: 'complaint@simulator.amazonses.com' });
    await platform.settled();
    expect(heard()[1]).toMatchObject({ 'detail-type': 'Email Complaint Received', detail: { complaint: { complainedRecipients: [{ emailAddress: 'complaint@simulator.amazonses.com' }] } } });
    expect(heard()).toHaveLength(2);
  });

  it('refuses a sender and a configuration set that the template does not have', async () => {
    expect(await send({ from: 'keys@example.org', to: 'ada@example.com' })).toMatchObject({ status: 400, type: 'MessageRejected' });
    expect(await send({ from: 'keys@example.com', to: 'ada@example.com', set: 'other' })).toMatchObject({ status: 404, type: 'NotFoundException' });
    expect(platform.mail.messages.list()).toEqual([]);
  });

  it('fails as a test asks it to', async () => {
    platform.mail.failNext('throttled', 1);
    expect(await send({ from: 'keys@example.com', to: 'ada@example.com' })).toMatchObject({ status: 429, type: 'TooManyRequestsException' });
    expect(await send({ from: 'keys@example.com', to: 'ada@example.com' })).toMatchObject({ status: 200 });
  });

  it('does not let the page of another site send a mail', async () => {
    const response = await fetch(`${platform.awsEndpoint}/v2/email/outbound-emails`, { method: 'POST', headers: { origin: 'https://evil.example' }, body: '{}' });
    expect(response.status).toBe(403);
  });
});

it('a template whose events go to another bus does not start', async () => {
  const { Destination } = stack.Resources;
  const eventDestination = { ...Destination.Properties.EventDestination, EventBridgeDestination: { EventBusArn: 'arn:aws:events:us-east-1:000000000000:event-bus/mine' } };
  const changed = { ...stack, Resources: { ...stack.Resources, Destination: { ...Destination, Properties: { ...Destination.Properties, EventDestination: eventDestination } } } };
  const assemblyDir = path.join(dir, 'other.out');
  writeAssembly(assemblyDir, { Mail: { template: changed } }, { aaaa: sender, bbbb: listener });
  await expect(startPlatform({ assemblyDir })).rejects.toThrow(/must be the default event bus/u);
});
