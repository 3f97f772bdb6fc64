import { expect, it, vi } from 'vitest';
import { limits } from '../../../../functions/authorizer/limits.ts';
import { nowMs, sampleVerificationRecord } from '../../samples.ts';
import { linesOf } from '../stdout.ts';

const state = vi.hoisted(() => ({ onLimitStoreFailure: '' }));

vi.mock('../../../../functions/config.ts', () => ({ config: state }));
vi.mock('../../../../functions/env.ts', () => ({ readEnv: () => ({ USAGE_TABLE: 'usage' }) }));
vi.mock('../../../../functions/verificationDependencies.ts', () => ({
  // In the middle of a minute: one window.
  nowMs: () => nowMs + 30_000,
  leaseServices: () => ({ updateItem: () => Promise.reject(new Error('There was no answer.')) }),
}));

it.each([['allow', true], ['refuse', false]] as const)('where a limit cannot be counted, the configuration says what a request gets, and the log says why: %s', async (choice, allowed) => {
  state.onLimitStoreFailure = choice;
  const admit = limits({});
  const key = sampleVerificationRecord({ rateLimit: { limit: 5, windowSec: 60 } });
  const organization = { id: 'org_000000000001', status: 'approved', plan: 'team', products: ['orders'], isOperator: false } as const;
  let admission: unknown;
  const lines = await linesOf(async () => {
    admission = await admit({ valid: true, key, organization });
  });
  expect(admission).toMatchObject({ allowed, degraded: true });
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ level: 'ERROR', message: 'limit not counted' }]);
});
