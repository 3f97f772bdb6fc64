import type { VerificationSources, Verdict } from '../../shared/keys/verify.ts';
import type { Admission } from '../../shared/limits/admission.ts';
import { boundsOf } from '../../shared/limits/callerLimit.ts';
import { newLimiter } from '../../shared/limits/limiter.ts';
import { policiesOf } from '../../shared/limits/policy.ts';
import { limitStore } from '../../shared/limits/store.ts';
import { config } from '../config.ts';
import { readEnv } from '../env.ts';
import { describeError, log } from '../log.ts';
import { leaseServices, nowMs } from '../verificationDependencies.ts';

/** Takes a request from the limits of its key, its plan and its organization; null where nothing bounds it. */
export function limits(plans: VerificationSources['plans']): (verdict: Extract<Verdict, { valid: true }>) => Promise<Admission | null> {
  const limiter = newLimiter({
    store: limitStore(leaseServices(), readEnv('USAGE_TABLE').USAGE_TABLE),
    onStoreFailure: config.onLimitStoreFailure,
    nowMs,
    monotonicMs: () => performance.now(),
    onFailure: (error) => log('ERROR', 'limit not counted', { error: describeError(error) }),
  });
  return ({ key, organization }) => limiter.take(policiesOf(boundsOf(key, plans[organization.plan])));
}
