import { cachedForTenSeconds } from '../../shared/organizations/cached.ts';
import type { VerificationSources } from '../../shared/keys/verify.ts';
import { config } from '../config.ts';
import { nowMs, peppers, verificationReads } from '../verificationDependencies.ts';

/** What both authorizers read: the key each time, the organization at most 10 s old. */
export function authorizerSources(): VerificationSources {
  const { readKey, readOrganization } = verificationReads();
  return {
    tokenPrefix: config.tokenPrefix,
    plans: config.plans,
    peppers: peppers(),
    readKey,
    readOrganization: cachedForTenSeconds(readOrganization, nowMs),
    nowMs,
  };
}
