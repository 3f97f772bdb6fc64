import type { Principal } from '../../shared/access/principal.ts';
import type { Config } from '../../shared/config/config.ts';
import type { MintedToken } from '../../shared/keys/issue.ts';
import type { Actor, KeyRecord } from '../../shared/keys/key.ts';
import type { VerificationRecord } from '../../shared/keys/verificationRecord.ts';
import type { MemberRecord } from '../../shared/members/member.ts';
import type { StoredOrganization } from '../../shared/organizations/organization.ts';

/** The moment at which the domain tests play: 2026-11-22T08:00:00.000Z. */
export const nowMs = 1_795_334_400_000;
export const nowIso = '2026-11-22T08:00:00.000Z';

/** Tokens whose checksums were computed with Python's `zlib.crc32`, hashes with its `hmac`. */
export const sampleToken = 'gw_live_4f8KmQ2xT7Zb0123456789ABCDEFGHIJKLMNOPQRSTUV2Bi7YE';
export const sameIdOtherSecret = 'gw_live_4f8KmQ2xT7ZbZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ3PoD9K';
export const unknownIdToken = 'gw_live_zzzzzzzzzzzz0123456789ABCDEFGHIJKLMNOPQRSTUV0e34Zq';
export const pepperOne = 'pepper-one-0123456789-0123456789-0123456789';
export const pepperTwo = 'pepper-two-0123456789-0123456789-0123456789';
export const hashUnderPepperOne = '9cmyZjJCn7vWAGYIVqTyd-oVVovwPCo3SbzCL_92Auo';
export const hashUnderPepperTwo = 'ch5KR93xEqNEcat28eY5eDnw9yC3_XxTpoB4BwgIV8E';

export const zoe: Actor = { type: 'management_key', id: 'key_admin0000001', name: 'Zoë' };

export function sampleKey(changed: Partial<KeyRecord> = {}): KeyRecord {
  return {
    id: 'key_4f8KmQ2xT7Zb',
    organizationId: 'org_000000000001',
    name: 'Checkout',
    description: null,
    product: 'orders',
    environment: 'live',
    scopes: ['orders:read'],
    active: true,
    maskedToken: 'gw_live_4f8K…i7YE',
    owner: null,
    tags: {},
    createdAt: '2026-10-23T08:00:00.000Z',
    createdBy: zoe,
    updatedAt: '2026-10-23T08:00:00.000Z',
    version: 3,
    expiresAt: '2027-01-21T08:00:00.000Z',
    rotateBy: null,
    allowedIps: null,
    rateLimit: null,
    replaces: null,
    replacedBy: null,
    revokedAt: null,
    revokedBy: null,
    revocationReason: null,
    revocationComment: null,
    tokenHash: hashUnderPepperOne,
    pepperVersion: '1',
    expirySetAt: null,
    graceEndsAt: null,
    limitedAs: null,
    countsTowardPlan: true,
    ...changed,
  };
}

export function sampleVerificationRecord(changed: Partial<VerificationRecord> = {}): VerificationRecord {
  return {
    id: 'key_4f8KmQ2xT7Zb',
    name: 'Checkout',
    organizationId: 'org_000000000001',
    product: 'orders',
    environment: 'live',
    scopes: ['orders:read'],
    active: true,
    expiresAt: '2027-01-21T08:00:00.000Z',
    revokedAt: null,
    allowedIps: null,
    rateLimit: null,
    limitedAs: 'key_4f8KmQ2xT7Zb',
    tokenHash: hashUnderPepperOne,
    pepperVersion: '1',
    ...changed,
  };
}

export function sampleOrganization(changed: Partial<StoredOrganization> = {}): StoredOrganization {
  return {
    id: 'org_000000000001',
    name: 'Acme',
    status: 'approved',
    plan: 'team',
    products: ['orders'],
    policy: {
      defaultKeyLifetimeDays: 90,
      maxKeyLifetimeDays: 365,
      allowNeverExpires: false,
      requirePin: false,
      noticeDays: [30, 7],
      rotationQuietHours: 24,
      noticeEmails: [],
      timeZone: 'UTC',
      mailOn: { created: true, rotated: true, revoked: true, deactivated: true, expiring: true },
    },
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    version: 1,
    isOperator: false,
    ...changed,
  };
}

export function samplePrincipal(changed: Partial<Principal> = {}): Principal {
  return {
    type: 'management_key',
    id: 'key_admin0000001',
    name: 'Zoë',
    organizationId: 'org_000000000001',
    isOperator: false,
    sessionId: null,
    organizationStatus: 'approved',
    role: null,
    permissions: ['keys:read', 'keys:write', 'keys:revoke'],
    ...changed,
  };
}

export function sampleMember(changed: Partial<MemberRecord> = {}): MemberRecord {
  return {
    id: 'mem_000000000001',
    organizationId: 'org_000000000001',
    email: 'ada@example.com',
    name: 'Ada',
    role: 'developer',
    status: 'active',
    hasPin: false,
    createdAt: '2026-10-23T08:00:00.000Z',
    version: 3,
    subject: 'https://issuer.test subject-1',
    ...changed,
  };
}

/** Ada, signed in. */
export function memberPrincipal(changed: Partial<Principal> = {}): Principal {
  return samplePrincipal({ type: 'member', id: 'mem_000000000001', name: 'Ada', role: 'developer', sessionId: 'session-1', permissions: ['usage:read'], ...changed });
}

export const sampleConfig: Config = {
  name: 'gatewarden',
  tokenPrefix: 'gw',
  plans: {
    free: { name: 'Free', machineAccess: false, maxKeys: 0, rateLimit: null, quota: null },
    team: { name: 'Team', machineAccess: true, maxKeys: 3, rateLimit: null, quota: null },
  },
  products: {
    orders: { name: 'Orders', scopes: { 'orders:read': 'Read', 'orders:write': 'Write' } },
    invoices: { name: 'Invoices', scopes: { 'invoices:read': 'Read' } },
  },
  expiry: { presetsDays: [30, 60, 90], retentionDays: 90 },
  events: { retentionDays: 400 },
  mail: { from: 'keys@example.com', fromName: 'Gatewarden', identity: 'create', locale: 'en-GB', maxPerOrganizationPerDay: 500, keyUrl: null },
  notices: { defaultDays: [30, 14, 7, 1], unusedDays: 90 },
  usage: { retentionDays: 400 },
  consistency: 'strict',
  onLimitStoreFailure: 'allow',
  monitoring: { alarmEmail: null, tracing: false },
  signIn: { provider: 'cognito' },
  bootstrap: { organization: 'Operator', plan: 'team', rootKeyGeneration: 1 },
};

export const sampleMinted: MintedToken = {
  keyId: 'key_newNewNew000',
  maskedToken: 'gw_live_newN…0000',
  tokenHash: hashUnderPepperTwo,
  pepperVersion: '2',
};
