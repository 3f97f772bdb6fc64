import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DescribeSecretCommand, GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveAws } from '../../../local/aws/endpoint.ts';
import type { Listening } from '../../../local/listen.ts';
import { generateSecretString, generateSecretText } from '../../../local/secretsmanager/generatePassword.ts';
import { createSecretStore } from '../../../local/secretsmanager/secretStore.ts';
import type { SecretStore } from '../../../local/secretsmanager/secretStore.ts';
import { createParameterStore } from '../../../local/ssm/parameterStore.ts';
import { emptyMail } from './fixtures/emptyMail.ts';

const token = (letter: string): string => letter.repeat(32);

let dataDir: string;
let store: SecretStore;
let endpoint: Listening;
let client: SecretsManagerClient;

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'secrets-'));
  store = openStore();
  const parameters = createParameterStore({ dataDir, arnPrefix: 'arn:aws:ssm:us-east-1:000000000000', nowMs: () => 0 });
  endpoint = await serveAws({ port: 0, dynamoEndpoint: 'http://127.0.0.1:9', mail: emptyMail(), services: { secretsmanager: store.call, AmazonSSM: parameters.call }, receiveCustomResource: () => false, invocations: { lambda: { find: () => undefined, invoke: () => Promise.reject(new Error('not here')) }, invocations: { start: () => { throw new Error('not here'); } } } });
  client = new SecretsManagerClient({ endpoint: endpoint.url, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' }, maxAttempts: 1 });
});
afterEach(async () => {
  client.destroy();
  await endpoint.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function openStore(): SecretStore {
  return createSecretStore({ dataDir, arnPrefix: 'arn:aws:secretsmanager:us-east-1:000000000000', nowMs: () => Date.UTC(2026, 10, 22) });
}

const get = (input: { SecretId?: string; VersionId?: string; VersionStage?: string } = {}) => client.send(new GetSecretValueCommand({ SecretId: 'pepper', ...input }));
const put = (text: string, versionId?: string) => client.send(new PutSecretValueCommand({ SecretId: 'pepper', SecretString: text, ...(versionId !== undefined && { ClientRequestToken: versionId }) }));

describe("Secrets Manager, through AWS's own client", () => {
  it('a secret is found by name, ARN, and ARN without its last six characters', async () => {
    const arn = store.ensure({ name: 'pepper', initialText: () => 'one' });
    expect(arn).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:pepper-[A-Z2-7]{6}$/u);
    for (const SecretId of ['pepper', arn, arn.slice(0, -7)]) expect((await get({ SecretId })).SecretString).toBe('one');
    expect((await get()).CreatedDate).toEqual(new Date('2026-11-22T00:00:00.000Z'));
  });

  it('what is not there is a ResourceNotFoundException: the secret, its value, a version', async () => {
    await expect(get()).rejects.toMatchObject({ name: 'ResourceNotFoundException', message: "Secrets Manager can't find the specified secret." });
    store.ensure({ name: 'pepper', initialText: undefined });
    await expect(get()).rejects.toMatchObject({ name: 'ResourceNotFoundException', message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT" });
    await expect(get({ VersionId: token('a') })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('a new value becomes the current one, the one before stays as the previous one', async () => {
    store.ensure({ name: 'pepper', initialText: () => 'one' });
    await put('two');
    await put('three');
    expect((await get()).SecretString).toBe('three');
    expect((await get({ VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('two');
  });

  it('the same request token with the same value changes nothing, with another value it is refused', async () => {
    store.ensure({ name: 'pepper', initialText: undefined });
    expect((await put('one', token('a'))).VersionId).toBe(token('a'));
    await put('two', token('b'));
    await put('one', token('a'));
    expect((await get()).SecretString).toBe('two');
    await expect(put('other', token('a'))).rejects.toMatchObject({ name: 'ResourceExistsException' });
    expect((await get({ VersionId: token('a') })).SecretString).toBe('one');
  });

  it('describes its versions and no value', async () => {
    store.ensure({ name: 'pepper', initialText: undefined });
    await put('one', token('a'));
    const described = await client.send(new DescribeSecretCommand({ SecretId: 'pepper' }));
    expect(described.VersionIdsToStages).toEqual({ [token('a')]: ['AWSCURRENT'] });
    expect(JSON.stringify(described)).not.toContain('"one"');
  });

  it('survives a restart, and its template does not make a new value', async () => {
    const arn = store.ensure({ name: 'pepper', initialText: () => 'one' });
    const reopened = openStore();
    expect(reopened.ensure({ name: 'pepper', initialText: () => 'two' })).toBe(arn);
    expect(reopened.read('pepper')).toBe('one');
  });

  it('wrong input and unknown operations are exceptions of the service, not a broken connection', async () => {
    const call = (target: string, body: string) => fetch(endpoint.url, { method: 'POST', headers: { 'x-amz-target': target }, body });
    for (const [target, body, type] of [
      ['secretsmanager.GetSecretValue', '{}', 'ValidationException'],
      ['secretsmanager.GetSecretValue', '{', 'SerializationException'],
      ['secretsmanager.DeleteSecret', '{}', 'UnknownOperationException'],
      ['Nobody.Knows', '{}', 'UnknownOperationException'],
      ['', '{}', 'UnknownOperationException'],
    ] as const) {
      const response = await call(target, body);
      expect([response.status, ((await response.json()) as { __type: string }).__type]).toEqual([400, type]);
    }
  });
});

describe('Parameter Store', () => {
  const call = async (operation: string, input: object): Promise<Record<string, unknown>> => {
    const response = await fetch(endpoint.url, { method: 'POST', headers: { 'x-amz-target': `AmazonSSM.${operation}` }, body: JSON.stringify(input) });
    return (await response.json()) as Record<string, unknown>;
  };

  it('keeps what is put, and overwrites only when asked', async () => {
    expect(await call('PutParameter', { Name: '/a', Value: '1', Type: 'String' })).toMatchObject({ Version: 1 });
    expect(await call('PutParameter', { Name: '/a', Value: '2' })).toMatchObject({ __type: 'ParameterAlreadyExists' });
    expect(await call('PutParameter', { Name: '/a', Value: '2', Overwrite: true })).toMatchObject({ Version: 2 });
    expect(await call('GetParameter', { Name: '/a' })).toMatchObject({ Parameter: { Name: '/a', Value: '2', Version: 2, ARN: 'arn:aws:ssm:us-east-1:000000000000:parameter/a' } });
    expect(await call('GetParameters', { Names: ['/a', '/b'] })).toMatchObject({ Parameters: [{ Value: '2' }], InvalidParameters: ['/b'] });
    expect(await call('GetParameter', { Name: '/b' })).toMatchObject({ __type: 'ParameterNotFound' });
  });
});

describe('GenerateSecretString', () => {
  const generate = (options: object): string => generateSecretText(generateSecretString.parse(options));

  it('puts the generated text under the key of the template', () => {
    const text = generate({ SecretStringTemplate: '{"current":1,"peppers":{}}', GenerateStringKey: 'initial', PasswordLength: '64', ExcludePunctuation: 'true' });
    expect(JSON.parse(text)).toEqual({ current: 1, peppers: {}, initial: expect.stringMatching(/^[A-Za-z0-9]{64}$/u) });
  });

  it('holds each kind of character that is not excluded', () => {
    for (let run = 0; run < 50; run += 1) {
      const text = generate({ PasswordLength: 8, ExcludeCharacters: 'abc' });
      for (const kind of [/[d-z]/u, /[A-Z]/u, /\d/u, /[^A-Za-z0-9]/u]) expect(text).toMatch(kind);
      expect(text).not.toMatch(/[abc]/u);
    }
  });

  it('is another text each time', () => {
    expect(new Set(Array.from({ length: 100 }, () => generate({}))).size).toBe(100);
  });

  it('what excludes everything is an error', () => {
    expect(() => generate({ ExcludeLowercase: true, ExcludeUppercase: true, ExcludeNumbers: true, ExcludePunctuation: true })).toThrow('excludes every character');
  });
});
