import { beforeEach, expect, it, vi } from 'vitest';
import { authorizerSources } from '../../../../functions/authorizer/sources.ts';
import { sampleVerificationRecord } from '../../samples.ts';

const state = vi.hoisted(() => ({ nowMs: 0, reads: 0, organizationReads: 0, record: null as unknown }));

vi.mock('../../../../functions/config.ts', () => ({ config: { tokenPrefix: 'gw', plans: {} } }));
vi.mock('../../../../functions/verificationDependencies.ts', () => ({
  nowMs: () => state.nowMs,
  peppers: () => ({}),
  verificationReads: () => ({
    readKey: async () => {
      state.reads += 1;
      return state.record;
    },
    readOrganization: async () => {
      state.organizationReads += 1;
      return { id: 'org_000000000001' };
    },
  }),
}));

beforeEach(() => {
  Object.assign(state, { nowMs: 1_000_000, reads: 0, organizationReads: 0, record: sampleVerificationRecord() });
});

it('strict: the key is read on every request, and a revocation is seen by the next one', async () => {
  const { readKey } = authorizerSources('strict');
  await readKey('key_4f8KmQ2xT7Zb');
  state.record = sampleVerificationRecord({ revokedAt: '2026-11-22T08:00:00.000Z' });
  expect(await readKey('key_4f8KmQ2xT7Zb')).toMatchObject({ revokedAt: '2026-11-22T08:00:00.000Z' });
  expect(state.reads).toBe(2);
});

it('bounded: a revocation is seen within the seconds that the configuration names', async () => {
  const { readKey } = authorizerSources({ boundedStalenessSec: 5 });
  await readKey('key_4f8KmQ2xT7Zb');
  state.record = sampleVerificationRecord({ revokedAt: '2026-11-22T08:00:00.000Z' });
  state.nowMs += 2_499;
  expect(await readKey('key_4f8KmQ2xT7Zb')).toMatchObject({ revokedAt: null });
  expect(state.reads).toBe(1);
  state.nowMs += 2_501;
  expect(await readKey('key_4f8KmQ2xT7Zb')).toMatchObject({ revokedAt: '2026-11-22T08:00:00.000Z' });
});

it('the organization is read once in ten seconds', async () => {
  const { readOrganization } = authorizerSources('strict');
  await readOrganization('org_000000000001');
  state.nowMs += 9_999;
  await readOrganization('org_000000000001');
  expect(state.organizationReads).toBe(1);
  state.nowMs += 1;
  await readOrganization('org_000000000001');
  expect(state.organizationReads).toBe(2);
});
