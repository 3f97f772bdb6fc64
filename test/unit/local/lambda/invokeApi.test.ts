import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveAws } from '../../../../local/aws/endpoint.ts';
import type { AsyncInvocation } from '../../../../local/lambda/asyncInvocations.ts';
import type { InvokeOutcome } from '../../../../local/lambda/lambdaFunction.ts';
import type { LambdaService } from '../../../../local/lambda/service.ts';
import type { Listening } from '../../../../local/listen.ts';
import { emptyMail } from '../fixtures/emptyMail.ts';

const arn = 'arn:aws:lambda:us-east-1:000000000000:function:app-bind';

let endpoint: Listening;
let client: LambdaClient;
let invoked: string[];
let begun: string[];
let outcome: InvokeOutcome;

beforeEach(async () => {
  [invoked, begun] = [[], []];
  outcome = { ok: true, payload: '{"bound":1}' };
  const lambda: Pick<LambdaService, 'find' | 'invoke'> = {
    // As the platform's: a part of the name finds it too.
    find: (name) => (arn.includes(name) ? ({ name: 'app-bind', arn } as ReturnType<LambdaService['find']>) : undefined),
    invoke: (name, payload) => {
      invoked.push(`${name} ${payload}`);
      return Promise.resolve(outcome);
    },
  };
  const start = (name: string, payload: string): AsyncInvocation => {
    begun.push(`${name} ${payload}`);
    return { first: Promise.resolve(outcome), ended: Promise.resolve() };
  };
  endpoint = await serveAws({ port: 0, dynamoEndpoint: 'http://127.0.0.1:9', mail: emptyMail(), services: {}, receiveCustomResource: () => false, invocations: { lambda, invocations: { start } } });
  client = new LambdaClient({ endpoint: endpoint.url, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' }, maxAttempts: 1 });
});
afterEach(async () => {
  client.destroy();
  await endpoint.close();
});

const invoke = (changes: Partial<ConstructorParameters<typeof InvokeCommand>[0]> = {}) =>
  client.send(new InvokeCommand({ FunctionName: 'app-bind', Payload: Buffer.from('{"email":"ada@example.com"}'), ...changes }));

describe("a function is invoked through AWS's own client", () => {
  it.each(['app-bind', arn, '000000000000:function:app-bind', `${arn}:$LATEST`])('by the name %s', async (FunctionName) => {
    const answer = await invoke({ FunctionName });
    expect(answer.StatusCode).toBe(200);
    expect(answer.FunctionError).toBeUndefined();
    expect(Buffer.from(answer.Payload ?? []).toString()).toBe('{"bound":1}');
    expect(invoked).toEqual(['app-bind {"email":"ada@example.com"}']);
  });

  it('what it fails with is the answer, marked as an error of the function', async () => {
    outcome = { ok: false, error: { errorType: 'TypeError', errorMessage: 'late', trace: [] } };
    const answer = await invoke();
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(Buffer.from(answer.Payload ?? []).toString())).toEqual({ errorType: 'TypeError', errorMessage: 'late', trace: [] });
  });

  it('nobody waits for an event: it is taken, and the answer says no more', async () => {
    outcome = { ok: false, error: { errorType: 'TypeError', errorMessage: 'late' } };
    const answer = await invoke({ InvocationType: 'Event' });
    expect([answer.StatusCode, answer.FunctionError]).toEqual([202, undefined]);
    expect(begun).toEqual(['app-bind {"email":"ada@example.com"}']);
    expect(invoked).toEqual([]);
  });

  it('without a payload it gets an empty object', async () => {
    await client.send(new InvokeCommand({ FunctionName: 'app-bind' }));
    expect(invoked).toEqual(['app-bind {}']);
  });

  it.each([
    ['there is no such function', { FunctionName: 'bind' }, 'ResourceNotFoundException'],
    ['the payload is no JSON', { Payload: Buffer.from('{') }, 'InvalidRequestContentException'],
    ['the payload is larger than 6 MB', { Payload: Buffer.alloc(6 * 1024 * 1024 + 1, ' ') }, 'RequestTooLargeException'],
  ])('%s: refused, and nothing runs', async (_, changes, name) => {
    await expect(invoke(changes)).rejects.toThrow(expect.objectContaining({ name }));
    expect(invoked).toEqual([]);
  });

  it('a function without room is throttled', async () => {
    outcome = { ok: false, error: { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' } };
    await expect(invoke()).rejects.toThrow(expect.objectContaining({ name: 'TooManyRequestsException' }));
  });
});
