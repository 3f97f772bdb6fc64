import { expect, it, vi } from 'vitest';
import { verifyToken } from '../../../../../functions/api/keys/verify.ts';
import { nowMs, samplePrincipal, sampleToken } from '../../../samples.ts';
import { linesOf } from '../../stdout.ts';

const admission = vi.hoisted(() => ({ allowed: true, code: null as string | null, degraded: false }));

vi.mock('../../../../../functions/authorizer/limits.ts', () => ({ limits: () => async () => admission }));
vi.mock('../../../../../functions/api/keys/view.ts', () => ({}));
vi.mock('../../../../../functions/api/keys/dependencies.ts', async () => {
  const { nowMs, pepperOne, sampleConfig, sampleVerificationRecord } = await import('../../../samples.ts');
  return {
    stores: { keys: { get: async () => null } },
    verificationSources: {
      tokenPrefix: 'gw',
      plans: sampleConfig.plans,
      nowMs: () => nowMs,
      peppers: { ofVersion: async () => pepperOne },
      readKey: async () => sampleVerificationRecord(),
      readOrganization: async () => ({ id: 'org_000000000001', status: 'approved', plan: 'team', products: ['orders'], isOperator: false }),
    },
  };
});

type VerifyRequest = Parameters<typeof verifyToken>[0];

/** What `POST /keys/verify` answers, and its lines that hold metrics. */
async function verified(admitted: Partial<typeof admission>): Promise<{ body: unknown; metrics: unknown[] }> {
  Object.assign(admission, { allowed: true, code: null, degraded: false }, admitted);
  let body: unknown;
  const lines = await linesOf(async () => {
    ({ body } = await verifyToken({ body: { token: sampleToken }, principal: samplePrincipal(), nowMs } as unknown as VerifyRequest));
  });
  return { body, metrics: lines.map((line) => JSON.parse(line) as { _aws?: unknown }).filter(({ _aws }) => _aws !== undefined) };
}

it.each([
  [{ allowed: true, degraded: true }, { valid: true, code: null }, 'allowed'],
  [{ allowed: false, degraded: true, code: 'rate_limited' }, { valid: false, code: 'rate_limited' }, 'limited'],
])('a token whose limit cannot be counted counts in LimiterFailures as a request does: %o', async (admitted, body, outcome) => {
  expect(await verified(admitted)).toEqual({
    body,
    metrics: [
      {
        _aws: { Timestamp: nowMs, CloudWatchMetrics: [{ Namespace: 'Gatewarden', Dimensions: [['outcome']], Metrics: [{ Name: 'LimiterFailures', Unit: 'Count' }] }] },
        level: 'INFO',
        message: 'limit unknown',
        outcome,
        LimiterFailures: 1,
      },
    ],
  });
});

it('one that is counted, or refused by its count, does not', async () => {
  expect((await verified({})).metrics).toEqual([]);
  expect(await verified({ allowed: false, code: 'quota_exceeded' })).toEqual({ body: { valid: false, code: 'quota_exceeded' }, metrics: [] });
});
