import type { Config } from '../../shared/config/config.ts';
import { withBoundedStaleness } from '../../shared/keys/boundedStaleness.ts';
import { cachedForTenSeconds } from '../../shared/organizations/cached.ts';
import type { VerificationSources } from '../../shared/keys/verify.ts';
import { config } from '../config.ts';
import { nowMs, peppers, verificationReads } from '../verificationDependencies.ts';

/**
 * What both authorizers read: the organization at most 10 s old, and the key each time. `consistency` may say otherwise
 * for integrators' APIs; a management key is always read anew.
 */
export function authorizerSources(consistency: Config['consistency']): VerificationSources {
  const { readKey, readOrganization } = verificationReads();
  return {
    tokenPrefix: config.tokenPrefix,
    plans: config.plans,
    peppers: peppers(),
    readKey: consistency === 'strict' ? readKey : withBoundedStaleness({ read: readKey, boundMs: consistency.boundedStalenessSec * 1000, nowMs }),
    readOrganization: cachedForTenSeconds(readOrganization, nowMs),
    nowMs,
  };
}
