import type { Digest, NoticeKind, NoticeLine } from '../../../shared/notices/notice.ts';

/** 2026-11-28T09:00:00.000Z, a Saturday; 10:00 in Berlin. */
export const nowMs = Date.UTC(2026, 10, 28, 9);

export function sampleLine(
  kind: NoticeKind,
  at: string,
  changed: { key?: Partial<NoticeLine['key']>; actor?: string | null; lastUsedAt?: string | null; recordedAt?: string } = {},
): NoticeLine {
  const { key = {}, actor = null, lastUsedAt = '2026-11-27T16:12:00.000Z', recordedAt = '2026-11-28T09:00:00.000Z' } = changed;
  const keyId = key.id ?? 'key_4f8KmQ2xT7Zb';
  return {
    notice: { organizationId: 'org_000000000001', recipient: 'ada@example.com', keyId, kind, at, mark: 'any', actor, recordedAt },
    key: {
      id: keyId,
      name: 'Billing worker',
      maskedToken: 'gw_live_4f8K…x9Zb',
      product: 'orders',
      environment: 'live',
      owner: { name: 'Ada Lovelace', email: 'ada@example.com' },
      expiresAt: at,
      graceEndsAt: null,
      replacedBy: null,
      revocationReason: null,
      active: true,
      ...key,
    },
    lastUsedAt,
  };
}

export function sampleDigest(lines: readonly NoticeLine[], changed: Partial<Digest> = {}): Digest {
  return {
    organization: { id: 'org_000000000001', name: 'Acme' },
    recipient: 'ada@example.com',
    lines,
    timeZone: 'Europe/Berlin',
    locale: 'en-GB',
    nowMs,
    renewalDays: 90,
    managementUrl: 'https://api.example.com/v1',
    keyUrl: null,
    ...changed,
  };
}
