import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { judge, restAnswer } from '../../../../functions/authorizer/answer.ts';
import { requestOf } from '../../../../functions/authorizer/request.ts';
import type { Demand } from '../../../../shared/keys/decide.ts';
import type { Admission } from '../../../../shared/limits/admission.ts';
import type { VerificationRecord } from '../../../../shared/keys/verificationRecord.ts';
import { nowMs, pepperOne, sameIdOtherSecret, sampleConfig, sampleToken, sampleVerificationRecord } from '../../samples.ts';
import { linesOf } from '../stdout.ts';
import { authorizerEvent } from './event.ts';

interface Given {
  headers?: Record<string, string[]> | null;
  key?: Partial<VerificationRecord>;
  demand?: () => Demand;
  fails?: boolean;
  admission?: Admission | Error;
}

/** Asks the authorizer; tells its answer or what it threw, and the codes in its log. */
async function asked({ headers = { 'X-API-Key': [sampleToken] }, key = {}, demand = () => ({}), fails = false, admission }: Given) {
  let result: APIGatewayAuthorizerResult | undefined;
  let thrown: unknown;
  let reads = 0;
  const sources = {
    tokenPrefix: 'gw',
    plans: sampleConfig.plans,
    nowMs: () => nowMs,
    peppers: { current: async () => ({ version: '1', pepper: pepperOne }), ofVersion: async () => pepperOne },
    readKey: async () => {
      reads += 1;
      if (fails) throw new Error('ProvisionedThroughputExceededException');
      return sampleVerificationRecord(key);
    },
    readOrganization: async () => ({ id: 'org_000000000001', status: 'approved', plan: 'team', products: ['orders'], isOperator: false }),
  };
  const lines = await linesOf(async () => {
    try {
      const event = authorizerEvent(headers);
      const outcome = await judge({ authorizer: 'key', request: requestOf(event), demand, sources, contextOf: ({ key }) => ({ keyId: key.id }), ...(admission !== undefined && { admit: async () => (admission instanceof Error ? Promise.reject(admission) : admission) }) });
      result = restAnswer(outcome, event.methodArn);
    } catch (error) {
      thrown = error;
    }
  });
  return { result, thrown, reads, lines };
}

const codesOf = (lines: string[]) => lines.map((line) => JSON.parse(line).code ?? JSON.parse(line).message);

describe('a genuine key', () => {
  it('is allowed with its context, and nothing is logged', async () => {
    const { result, lines } = await asked({});
    expect(result).toMatchObject({
      principalId: 'key_4f8KmQ2xT7Zb',
      policyDocument: { Statement: [{ Effect: 'Allow' }] },
      context: { keyId: 'key_4f8KmQ2xT7Zb' },
    });
    expect(lines).toEqual([]);
  });
});

describe('a 401', () => {
  it.each<[string, Given, number]>([
    ['missing_key', { headers: {} }, 0],
    ['missing_key', { headers: null }, 0],
    ['malformed_key', { headers: { 'X-API-Key': ['nonsense'] } }, 0],
    ['malformed_key', { headers: { 'X-API-Key': [sampleToken], Authorization: ['Bearer other'] } }, 0],
    ['malformed_key', { headers: { 'X-API-Key': [sampleToken, sameIdOtherSecret] } }, 0],
    ['unknown_key', { key: { tokenHash: 'x' } }, 1],
    ['revoked_key', { key: { revokedAt: '2026-11-22T07:00:00.000Z' } }, 1],
    ['expired_key', { key: { expiresAt: '2026-11-22T08:00:00.000Z' } }, 1],
    ['inactive_key', { key: { active: false } }, 1],
  ])('%s says Unauthorized to the caller and its code to the log', async (code, given, reads) => {
    const asking = await asked(given);
    expect(asking.thrown).toEqual(new Error('Unauthorized'));
    expect((asking.thrown as Error).message).toBe('Unauthorized');
    expect(codesOf(asking.lines)).toEqual([code]);
    expect(asking.reads).toBe(reads);
    expect(asking.lines.join()).not.toContain(sampleToken.slice(20));
  });
});

describe('the line about a refusal', () => {
  it('names the organization of a genuine key, whose usage it counts for, and none where a key is only claimed', async () => {
    const lineOf = async (key: Partial<VerificationRecord>) => (await asked({ key })).lines.map((line) => JSON.parse(line));
    expect(await lineOf({ active: false })).toMatchObject([{ keyId: 'key_4f8KmQ2xT7Zb', organizationId: 'org_000000000001' }]);
    expect(await lineOf({ tokenHash: 'x' })).toMatchObject([{ keyId: 'key_4f8KmQ2xT7Zb', organizationId: null }]);
  });
});

describe('a 403', () => {
  it('is a Deny with the code and what is missing', async () => {
    const { result, lines } = await asked({ demand: () => ({ scopes: ['orders:write'] }) });
    expect(result).toMatchObject({
      policyDocument: { Statement: [{ Effect: 'Deny' }] },
      context: { code: 'insufficient_scope', title: 'The key lacks a scope', detail: 'The key lacks the scope orders:write.' },
    });
    expect(codesOf(lines)).toEqual(['insufficient_scope']);
  });
});

describe('what cannot be decided', () => {
  it.each<[string, Given]>([
    ['a store that fails', { fails: true }],
    ['a limit that cannot be asked', { admission: new Error('The limiter failed.') }],
    ['a stage that does not say what it protects', { demand: () => { throw new Error('The stage variables name no product.'); } }],
  ])('is thrown, as something else than Unauthorized, and logged: %s', async (_, given) => {
    const { result, thrown, lines } = await asked(given);
    expect(result).toBeUndefined();
    expect((thrown as Error).message).toBe('The authorizer could not decide.');
    expect(codesOf(lines)).toEqual(['authorizer_failure', 'authorizer failed']);
    expect(lines.join()).not.toContain(sampleToken.slice(20));
  });
});

describe('a limit', () => {
  const within: Admission = { allowed: true, code: null, policy: 'default', limit: 100, windowSec: 60, remaining: 41, resetMs: 1_795_334_460_200, retryAfterSec: null, degraded: false, writes: 1 };
  const reached: Admission = { ...within, allowed: false, code: 'rate_limited', remaining: 0, retryAfterSec: 60 };

  it('that has room tells the caller how much', async () => {
    const { result, lines } = await asked({ admission: within });
    expect(result?.context).toEqual({
      keyId: 'key_4f8KmQ2xT7Zb',
      rateLimit: '100',
      rateLimitRemaining: '41',
      rateLimitReset: '1795334461',
      rateLimitPolicy: 'default',
      rateLimitWindowSec: '60',
    });
    expect(lines).toEqual([]);
  });

  it('that is reached is an Allow that says so, and a refusal in the log: API Gateway has no 429 for an authorizer', async () => {
    const { result, lines } = await asked({ admission: reached });
    expect(result?.policyDocument.Statement).toMatchObject([{ Effect: 'Allow' }]);
    expect(result?.context).toMatchObject({
      rateLimited: 'true',
      code: 'rate_limited',
      retryAfter: '60',
      detail: 'The limit is 100 requests in 60 seconds; requests pass again from 2026-11-22T08:01:01.000Z on.',
      rateLimitField: '"default";r=0;t=61',
      rateLimitPolicyField: '"default";q=100;w=60',
    });
    expect(codesOf(lines)).toEqual(['rate_limited']);
  });

  it('is not asked of a key that is refused', async () => {
    const { result, lines } = await asked({ admission: reached, demand: () => ({ scopes: ['orders:write'] }) });
    expect(result?.policyDocument.Statement).toMatchObject([{ Effect: 'Deny' }]);
    expect(codesOf(lines)).toEqual(['insufficient_scope']);
  });
});
