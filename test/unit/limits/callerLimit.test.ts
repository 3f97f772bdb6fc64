import { describe, expect, it } from 'vitest';
import { boundsOf, callerLimitOf } from '../../../shared/limits/callerLimit.ts';
import type { Admission } from '../../../shared/limits/admission.ts';
import { policiesOf } from '../../../shared/limits/policy.ts';
import { sampleConfig, sampleVerificationRecord } from '../samples.ts';

const perMinute = (limit: number) => ({ limit, windowSec: 60 });

describe('whose limit holds', () => {
  const boundBy = (own: ReturnType<typeof perMinute> | null, plan: ReturnType<typeof perMinute> | null) =>
    policiesOf(boundsOf(sampleVerificationRecord({ rateLimit: own }), { name: 'Team', machineAccess: true, maxKeys: 1, rateLimit: plan, quota: null }));
  const ownPolicy = { name: 'default', code: 'rate_limited', subjectId: 'key_4f8KmQ2xT7Zb', limit: 5, span: { windowSec: 60 } };
  const planPolicy = { name: 'plan', code: 'rate_limited', subjectId: 'key_4f8KmQ2xT7Zb/plan', limit: 100, span: { windowSec: 60 } };

  it.each([
    ['the key’s own', perMinute(5), null, [ownPolicy]],
    ['the plan’s, where the key has none', null, perMinute(100), [{ ...planPolicy, name: 'default' }]],
    ['both, where both have one: the key’s is no way around the plan’s', perMinute(5), perMinute(100), [ownPolicy, planPolicy]],
    ['none', null, null, []],
  ])('%s', (_, own, plan, expected) => {
    expect(boundBy(own, plan)).toEqual(expected);
  });

  it('a key is counted with the line of rotations that it comes from, and with its organization', () => {
    const key = sampleVerificationRecord({ id: 'key_newNewNew000', limitedAs: 'key_4f8KmQ2xT7Zb', rateLimit: perMinute(5) });
    const plan = { ...sampleConfig.plans['team'], name: 'Team', machineAccess: true, maxKeys: 1, rateLimit: null, quota: { perKey: 10, perOrganization: 20 } };
    expect(policiesOf(boundsOf(key, plan)).map(({ name, subjectId, limit }) => [name, subjectId, limit])).toEqual([
      ['default', 'key_4f8KmQ2xT7Zb', 5],
      ['key-month', 'key_4f8KmQ2xT7Zb', 10],
      ['organization-month', 'org_000000000001', 20],
    ]);
  });
});

describe('what a refused caller is told', () => {
  const refused: Admission = { allowed: false, code: 'rate_limited', policy: 'default', limit: 5, windowSec: 60, remaining: 0, resetMs: 1_795_334_460_200, retryAfterSec: 60, degraded: false, writes: 1 };

  it.each([
    [{}, 'The limit is 5 requests in 60 seconds; requests pass again from 2026-11-22T08:01:01.000Z on.'],
    [{ limit: 1, windowSec: 1 }, 'The limit is 1 request in 1 second; requests pass again from 2026-11-22T08:01:01.000Z on.'],
    [{ policy: 'plan' }, 'The limit is 5 requests in 60 seconds; requests pass again from 2026-11-22T08:01:01.000Z on.'],
    [{ policy: 'key-month', code: 'quota_exceeded', limit: 0 }, 'The limit is 0 requests a month for its key; requests pass again from 2026-11-22T08:01:01.000Z on.'],
    [{ policy: 'key-month', code: 'quota_exceeded' }, 'The limit is 5 requests a month for its key; requests pass again from 2026-11-22T08:01:01.000Z on.'],
    [{ policy: 'organization-month', code: 'quota_exceeded' }, 'The limit is 5 requests a month for its organization; requests pass again from 2026-11-22T08:01:01.000Z on.'],
    [{ degraded: true }, 'The limit of this key cannot be counted at the moment.'],
  ] as const)('%j', (changed, detail) => {
    expect(callerLimitOf({ ...refused, ...changed }).refusal).toEqual({ code: 'code' in changed ? changed.code : 'rate_limited', detail, retryAfterSec: 60 });
  });

  it('one who passes is not refused', () => {
    expect(callerLimitOf({ ...refused, allowed: true, code: null, remaining: 3 })).toEqual({ policy: 'default', limit: 5, windowSec: 60, remaining: 3, resetMs: 1_795_334_460_200, refusal: null });
  });
});
