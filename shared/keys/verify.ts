import type { Plan } from '../config/config.ts';
import type { PepperStore } from '../peppers/store.ts';
import { decide } from './decide.ts';
import type { AuthenticationRefusal, Demand, PermissionRefusal } from './decide.ts';
import { hashToken, isSameHash } from './hash.ts';
import { parseToken } from './token.ts';
import type { OrganizationState, VerificationRecord } from './verificationRecord.ts';

/** Where a verification reads from. */
export interface VerificationSources {
  readonly tokenPrefix: string;
  readonly plans: Readonly<Record<string, Plan>>;
  readonly peppers: PepperStore;
  /** Strongly consistent: what it answers decides whether a revoked key passes. */
  readonly readKey: (keyId: string) => Promise<VerificationRecord | null>;
  readonly readOrganization: (organizationId: string) => Promise<OrganizationState | null>;
  readonly nowMs: () => number;
}

export type Verdict =
  | { readonly valid: true; readonly key: VerificationRecord; readonly organization: OrganizationState }
  | {
      readonly valid: false;
      readonly code: AuthenticationRefusal | PermissionRefusal;
      readonly detail: string;
      /** From the token's public part; that such a key exists is not said. */
      readonly keyId: string | null;
      /** The key, when the token is really its own. */
      readonly key: VerificationRecord | null;
    };

/**
 * Verifies a token against what is demanded: one read of the key, no write. Whatever cannot be read or parsed
 * throws, and the caller refuses.
 */
export async function verify(token: string, demand: Demand, sources: VerificationSources): Promise<Verdict> {
  const parts = parseToken(sources.tokenPrefix, token);
  if (!parts) return refusal('malformed_key', 'The token is malformed.', null);
  const record = await sources.readKey(parts.keyId);
  if (!(await isAuthentic(token, record, sources.peppers)) || !record) {
    return refusal('unknown_key', 'The token is unknown.', parts.keyId);
  }
  const organization = await sources.readOrganization(record.organizationId);
  if (!organization) throw new Error(`Key ${record.id} belongs to organization ${record.organizationId}, which is not there.`);
  const { plans } = sources;
  const decision = decide({ key: record, organization, plans, demand, nowMs: sources.nowMs() });
  if (decision.valid) return { valid: true, key: record, organization };
  return { ...decision, keyId: record.id, key: record };
}

const nobodysHash = '0'.repeat(43);

/** An unknown id costs the same HMAC and the same comparison as a known one. */
async function isAuthentic(token: string, record: VerificationRecord | null, peppers: PepperStore): Promise<boolean> {
  const pepper = record ? await peppers.ofVersion(record.pepperVersion) : (await peppers.current()).pepper;
  const isSame = isSameHash(hashToken(token, pepper), record?.tokenHash ?? nobodysHash);
  return isSame && record !== null;
}

function refusal(code: AuthenticationRefusal, detail: string, keyId: string | null): Verdict {
  return { valid: false, code, detail, keyId, key: null };
}
