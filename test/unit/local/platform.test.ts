import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startPlatform } from '../../../local/platform.ts';
import type { Platform, PlatformOptions } from '../../../local/platform.ts';
import { apiOver, apiUrlOutput, lambda, role, table, writeAssembly } from './fixtures/assembly.ts';

/** Counts its calls in the table, by DynamoDB's own protocol, and shows what it was given. */
const counter = `
  const dynamo = async (operation, input) => {
    const response = await fetch(process.env.AWS_ENDPOINT_URL_DYNAMODB, { method: 'POST', body: JSON.stringify(input), headers: {
      'x-amz-target': 'DynamoDB_20120810.' + operation, 'content-type': 'application/x-amz-json-1.0', 'x-amz-date': '20261122T000000Z',
      authorization: 'AWS4-HMAC-SHA256 Credential=local/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0' } });
    return response.json();
  };
  export const handler = async () => {
    const { Attributes } = await dynamo('UpdateItem', { TableName: process.env.TABLE, Key: { pk: { S: 'count' } }, UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: { ':one': { N: '1' } }, ReturnValues: 'ALL_NEW' });
    return { statusCode: 200, body: JSON.stringify({ count: Number(Attributes.n.N), secret: process.env.SECRET_VALUE, now: Date.now() }) };
  };`;

/** Answers CloudFormation with how often it was asked. */
const custom = `
  let calls = 0;
  export const handler = async (event) => {
    calls += 1;
    console.log(event.RequestType);
    await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify({ Status: 'SUCCESS', PhysicalResourceId: 'thing', Data: { greeting: 'hello ' + event.ResourceProperties.name } }) });
  };`;

const data = { Resources: { Table: table, Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: { PasswordLength: 20, ExcludePunctuation: true } } } }, Outputs: { SecretArn: { Value: { Ref: 'Secret' } }, TableName: { Value: { Ref: 'Table' }, Export: { Name: 'Data:Table' } } } };
const api = {
  Parameters: { BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' } },
  Resources: {
    Role: role,
    Function: lambda('aaaa', { TABLE: { 'Fn::ImportValue': 'Data:Table' }, SECRET_VALUE: 'fixed' }),
    ...apiOver('Function'),
    Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/app/arn', Type: 'String', Value: { 'Fn::GetAtt': ['Function', 'Arn'] } } },
  },
  Outputs: { Url: apiUrlOutput },
};
const other = {
  Parameters: { Arn: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/app/arn' } },
  Resources: {
    Role: role,
    CustomFunction: lambda('bbbb'),
    Thing: { Type: 'Custom::Thing', Properties: { ServiceToken: { 'Fn::GetAtt': ['CustomFunction', 'Arn'] }, name: 'world' } },
  },
  Outputs: { Arn: { Value: { Ref: 'Arn' } }, Greeting: { Value: { 'Fn::GetAtt': ['Thing', 'greeting'] } }, Thing: { Value: { Ref: 'Thing' } } },
};
const bundles = { aaaa: counter, bbbb: custom };

let dir: string;
let assemblyDir: string;
const running: Platform[] = [];

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'platform-'));
  assemblyDir = path.join(dir, 'cdk.out');
  // The order in the manifest is not the order of the dependencies.
  writeAssembly(assemblyDir, { Other: { template: other, dependencies: ['Api'] }, Api: { template: api, dependencies: ['Data'] }, Data: { template: data } }, bundles);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((platform) => platform.stop()));
  rmSync(dir, { recursive: true, force: true });
});

async function start(options: Partial<PlatformOptions> = {}): Promise<Platform> {
  const platform = await startPlatform({ assemblyDir, ...options });
  running.push(platform);
  return platform;
}

async function count(platform: Platform): Promise<{ count: number; now: number; secret: string }> {
  const response = await fetch(platform.outputs['Api']?.['Url'] ?? '');
  return (await response.json()) as { count: number; now: number; secret: string };
}

describe('a platform', () => {
  it('brings the stacks of an assembly into being in order, and their APIs answer', async () => {
    const platform = await start();
    expect(await count(platform)).toMatchObject({ count: 1, secret: 'fixed' });
    expect(platform.outputs).toMatchObject({ Other: { Greeting: 'hello world', Thing: 'thing', Arn: expect.stringMatching(/^arn:aws:lambda:us-east-1:000000000000:function:Api-Function-/u) } });
    expect([...platform.apis.values()]).toMatchObject([{ stack: 'Api', logicalId: 'Api', stage: 'v1', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/u) }]);
    expect(platform.logs('Other-CustomFunction').map(({ line }) => (JSON.parse(line) as { message: string }).message)).toEqual(['Create']);
  });

  it('keeps tables, secrets and custom resources over a restart, and does not run a custom resource again', async () => {
    const dataDir = path.join(dir, 'data');
    const first = await start({ dataDir });
    const secret = first.secret(first.outputs['Data']?.['SecretArn'] ?? '');
    expect(secret).toMatch(/^[A-Za-z0-9]{20}$/u);
    await count(first);
    await first.stop();
    const second = await start({ dataDir });
    expect((await count(second)).count).toBe(2);
    expect(second.secret(second.outputs['Data']?.['SecretArn'] ?? '')).toBe(secret);
    expect(second.outputs['Other']).toEqual(first.outputs['Other']);
    expect(second.logs('CustomFunction')).toEqual([]);
  });

  it('runs a custom resource again when its properties have changed', async () => {
    const dataDir = path.join(dir, 'data');
    await (await start({ dataDir })).stop();
    const changed = structuredClone(other);
    changed.Resources.Thing.Properties.name = 'you';
    writeAssembly(assemblyDir, { Data: { template: data }, Api: { template: api, dependencies: ['Data'] }, Other: { template: changed, dependencies: ['Api'] } }, bundles);
    const second = await start({ dataDir });
    expect(second.outputs['Other']?.['Greeting']).toBe('hello you');
    expect(second.logs('CustomFunction').map(({ line }) => (JSON.parse(line) as { message: string }).message)).toEqual(['Update']);
  });

  it('keeps what it stores from other users of the machine', async () => {
    const dataDir = path.join(dir, 'data');
    await start({ dataDir });
    const files = readdirSync(dataDir).filter((name) => name.endsWith('.json'));
    expect(files).toEqual(expect.arrayContaining(['secrets.json', 'custom-resources.json', 'parameters.json']));
    expect(files.filter((file) => (statSync(path.join(dataDir, file)).mode & 0o077) !== 0)).toEqual([]);
  });

  it('moves the time of its functions with its clock, also after a restart', async () => {
    const dataDir = path.join(dir, 'data');
    const first = await start({ dataDir });
    await count(first);
    first.clock.advance(40 * 86_400_000);
    expect(Math.abs((await count(first)).now - Date.now() - 40 * 86_400_000)).toBeLessThan(60_000);
    await first.stop();
    expect(Math.abs((await count(await start({ dataDir }))).now - Date.now() - 40 * 86_400_000)).toBeLessThan(60_000);
  });

  it('serves two hundred calls at once, none of them lost', async () => {
    const platform = await start();
    const counts = await Promise.all(Array.from({ length: 200 }, () => count(platform)));
    expect(counts.map((answer) => answer.count).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  });

  it('stops while calls run, and leaves no port open', async () => {
    const platform = await start();
    const calls = Array.from({ length: 20 }, () => count(platform).catch(() => 'cut off'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await platform.stop();
    await Promise.all(calls);
    await expect(fetch(platform.awsEndpoint)).rejects.toThrow('fetch failed');
    await expect(fetch(platform.outputs['Api']?.['Url'] ?? '')).rejects.toThrow('fetch failed');
  });
});

async function refused(template: object): Promise<string> {
  writeAssembly(assemblyDir, { Only: { template } }, bundles);
  return startPlatform({ assemblyDir }).then(() => 'started', (error: Error) => error.message);
}

describe('a platform that cannot start', () => {
  it('names a resource type that it does not play', async () => {
    expect(await refused({ Resources: { Stream: { Type: 'AWS::Kinesis::Stream', Metadata: { 'aws:cdk:path': 'Only/Stream/Resource' } } } })).toBe(
      'Stack Only, resource Only/Stream/Resource (AWS::Kinesis::Stream): the local platform does not play resources of type AWS::Kinesis::Stream.',
    );
  });

  it.each([
    ['a reference to nothing', { Role: role, Function: lambda('aaaa', { X: { Ref: 'Nobody' } }) }, 'There is no resource or parameter "Nobody".'],
    ['an attribute that a resource does not have', { Role: role, Function: lambda('aaaa', { X: { 'Fn::GetAtt': ['Role', 'Color'] } }) }, 'There is no attribute Color of Role'],
    ['a missing bundle', { Role: role, Function: lambda('cccc') }, 'The assembly has no asset cccc.zip.'],
    ['a custom resource that fails', { Role: role, Function: lambda('aaaa'), Thing: { Type: 'Custom::Thing', Properties: { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] } } } }, 'resource Thing (Custom::Thing)'],
  ])('says what is wrong with %s', async (_name, resources, message) => {
    expect(await refused({ Resources: resources })).toContain(message);
  });

  it('says which SSM parameter is missing', async () => {
    expect(await refused({ Parameters: { Arn: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/nobody/wrote' } }, Resources: {} })).toContain('/nobody/wrote');
  });

  it('says that a port is taken, and leaves nothing running', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const { port } = blocker.address() as AddressInfo;
    try {
      await expect(startPlatform({ assemblyDir, firstPort: port - 5 })).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken`);
    } finally {
      blocker.close();
    }
  });
});
