import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { handler } from '../../../../functions/authorizer/key.ts';
import type { Admission } from '../../../../shared/limits/admission.ts';
import { nowMs, pepperOne, sampleToken, sampleVerificationRecord } from '../../samples.ts';
import { linesOf } from '../stdout.ts';
import { authorizerEvent } from './event.ts';

const within: Admission = { allowed: true, code: null, policy: 'default', limit: 100, windowSec: 60, remaining: 41, resetMs: 1_795_334_460_200, retryAfterSec: null, degraded: false, writes: 0 };
const reached: Admission = { ...within, allowed: false, code: 'rate_limited', remaining: 0, retryAfterSec: 60 };

const state = vi.hoisted(() => ({ minutes: 0, record: null as unknown, admission: null as unknown }));

vi.mock('../../../../functions/config.ts', () => ({ config: { consistency: 'strict' } }));
vi.mock('../../../../functions/authorizer/limits.ts', () => ({ limits: () => async () => state.admission }));
vi.mock('../../../../functions/authorizer/sources.ts', () => ({
  authorizerSources: () => ({
    tokenPrefix: 'gw',
    plans: { team: { name: 'Team', machineAccess: true, maxKeys: 1, rateLimit: null, quota: null } },
    // A minute later each time: what is counted is written at once.
    nowMs: () => nowMs + (state.minutes += 1) * 60_000,
    peppers: { current: async () => ({ version: '1', pepper: pepperOne }), ofVersion: async () => pepperOne },
    readKey: async () => {
      if (state.record === null) throw new Error('ProvisionedThroughputExceededException');
      return state.record;
    },
    readOrganization: async () => ({ id: 'org_000000000001', status: 'approved', plan: 'team', products: ['orders'], isOperator: false }),
  }),
}));

const stageVariables = {
  gatewarden_product: 'orders',
  gatewarden_environment: 'live',
  gatewarden_routes_0: 'GET/orders/~7BorderId~7D=',
};

/** Asks for GET /orders/{orderId}; tells the answer, or what was thrown, and what was logged. */
async function asked(variables: Record<string, string> = {}) {
  const event = { ...authorizerEvent({ 'X-API-Key': [sampleToken] }), stageVariables: { ...stageVariables, ...variables } } as APIGatewayRequestAuthorizerEvent;
  let answer: unknown;
  const lines = await linesOf(async () => {
    answer = await handler(event).catch((error: Error) => error.message);
  });
  return { answer, logged: lines.map((line) => JSON.parse(line)) };
}

beforeEach(() => {
  Object.assign(state, { record: sampleVerificationRecord(), admission: within });
});

describe('the key that API Gateway is handed', () => {
  const gatewayKey = { gatewarden_gateway_key: 'gatewarden-1' };

  it('is the stage’s for a request that may pass, and one that does not exist for one that a limit refuses', async () => {
    expect((await asked(gatewayKey)).answer).toMatchObject({ usageIdentifierKey: 'gatewarden-1' });
    state.admission = reached;
    expect((await asked(gatewayKey)).answer).toMatchObject({ usageIdentifierKey: 'gatewarden-1-refused' });
  });

  it('is none where the stage has none', async () => {
    state.admission = reached;
    expect((await asked()).answer).not.toHaveProperty('usageIdentifierKey');
  });
});

describe('what a stage says that it protects', () => {
  it.each(['gatewarden_product', 'gatewarden_environment'])('lets nobody in without %s', async (name) => {
    expect((await asked({ [name]: '' })).answer).toBe('The authorizer could not decide.');
  });

  it('lets nobody in on a route that it does not name', async () => {
    expect((await asked({ gatewarden_routes_0: 'POST/orders/~7BorderId~7D=' })).answer).toBe('The authorizer could not decide.');
  });

  it('holds by ANY for a verb that it does not name', async () => {
    expect((await asked({ gatewarden_routes_0: 'ANY/orders/~7BorderId~7D=' })).answer).toMatchObject({ policyDocument: { Statement: [{ Effect: 'Allow' }] } });
  });

  it('holds by the verb before ANY', async () => {
    expect((await asked({ gatewarden_routes_0: 'ANY/orders/~7BorderId~7D=&GET/orders/~7BorderId~7D=orders:write' })).answer).toMatchObject({ context: { code: 'insufficient_scope' } });
  });
});

it('the function behind is told the environment of the key', async () => {
  state.record = sampleVerificationRecord({ environment: 'test' });
  expect((await asked({ gatewarden_environment: 'test' })).answer).toMatchObject({ context: { environment: 'test' } });
});

describe('what is counted of a verification', () => {
  it('holds the writes that its limits cost, and whether they could not be counted', async () => {
    state.admission = { ...within, writes: 2, degraded: true };
    expect((await asked()).logged).toMatchObject([{ outcome: 'allowed', Verifications: 1, LeaseWrites: 2, LimiterFailures: 1 }]);
  });

  it('is a failure where nothing could be decided, and no refusal', async () => {
    state.record = null;
    expect((await asked()).logged.at(-1)).toMatchObject({ message: 'verifications', outcome: 'failed', Verifications: 1 });
  });
});
