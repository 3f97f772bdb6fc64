import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestSigner } from '../../../../functions/signedCall/sign.ts';
import { callsTo } from './calls.ts';
import { LoopbackService } from './loopbackService.ts';
import type { Asked } from './loopbackService.ts';

let service: LoopbackService;
beforeEach(async () => {
  service = await LoopbackService.start();
});
afterEach(() => service.close());

// Of the published test suite of Signature Version 4: post-vanilla and post-sts-header-before.
describe('signatures are those of the published examples', () => {
  const sign = requestSigner({ service: 'service', region: 'us-east-1' });
  const request = { url: new URL('https://example.amazonaws.com/'), headers: {}, body: '' };
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
  const atMs = Date.parse('2015-08-30T12:36:00Z');

  it('with keys', async () => {
    expect((await sign(request, credentials, atMs))['authorization']).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    );
  });

  it('with the token of a session', async () => {
    const sessionToken =
      'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==';
    expect((await sign(request, { ...credentials, sessionToken }, atMs))['authorization']).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead',
    );
  });

  it('also after other credentials and other days', async () => {
    await sign(request, { accessKeyId: 'OTHER', secretAccessKey: 'other' }, atMs);
    await sign(request, credentials, atMs + 86_400_000);
    expect((await sign(request, credentials, atMs))['authorization']).toContain('5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b');
  });
});

describe('the SDK and this client ask for the same', () => {
  const configuration = () => ({ endpoint: service.url, region: 'eu-central-1', credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' } });
  const essence = ({ method, path, body, headers }: Asked) => ({
    method,
    path,
    input: JSON.parse(body) as unknown,
    target: headers['x-amz-target'],
    type: headers['content-type'],
    scope: /Credential=(\S+),/.exec(headers.authorization ?? '')?.[1]?.replace(/\d{8}/, 'date'),
  });

  it('of DynamoDB', async () => {
    const input = { TableName: 'keys', Key: { pk: { S: 'KEY#1' }, sk: { S: 'KEY' } }, ConsistentRead: true };
    await callsTo(service).calls.getItem(input);
    await new DynamoDBClient(configuration()).send(new GetItemCommand(input));
    expect(service.asked.map(essence)).toEqual([
      {
        method: 'POST',
        path: '/',
        input: { TableName: 'keys', Key: { pk: { S: 'KEY#1' }, sk: { S: 'KEY' } }, ConsistentRead: true },
        target: 'DynamoDB_20120810.GetItem',
        type: 'application/x-amz-json-1.0',
        scope: 'AKIDEXAMPLE/date/eu-central-1/dynamodb/aws4_request',
      },
      essence(service.asked[0] as Asked),
    ]);
  });

  it('of Secrets Manager', async () => {
    await callsTo(service).calls.getSecretValue({ SecretId: 'arn' });
    await new SecretsManagerClient(configuration()).send(new GetSecretValueCommand({ SecretId: 'arn' }));
    expect(service.asked.map(essence)).toEqual([
      {
        method: 'POST',
        path: '/',
        input: { SecretId: 'arn' },
        target: 'secretsmanager.GetSecretValue',
        type: 'application/x-amz-json-1.1',
        scope: 'AKIDEXAMPLE/date/eu-central-1/secretsmanager/aws4_request',
      },
      essence(service.asked[0] as Asked),
    ]);
  });

  it('a request of the SDK is signed here as the SDK has signed it', async () => {
    await new DynamoDBClient(configuration()).send(new GetItemCommand({ TableName: 'keys', Key: { pk: { S: 'ö' }, sk: { S: 'KEY' } } }));
    const [asked] = service.asked as [Asked];
    const names = /SignedHeaders=([^,]+)/.exec(asked.headers.authorization ?? '')?.[1]?.split(';') ?? [];
    const headers = Object.fromEntries(names.filter((name) => name !== 'host' && name !== 'x-amz-date').map((name) => [name, String(asked.headers[name])]));
    const date = String(asked.headers['x-amz-date']).replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5');
    const again = await requestSigner({ service: 'dynamodb', region: 'eu-central-1' })(
      { url: new URL(service.url), headers, body: asked.body },
      { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
      Date.parse(date),
    );
    expect(again['authorization']).toBe(asked.headers.authorization);
  });
});
