import type { KeyRecord } from '../keys/key.ts';

/** What a mail can tell of a key: what was done to it at once, what its dates bring from the sweep. */
export const noticeKinds = ['created', 'rotated', 'revoked', 'deactivated', 'expiring', 'expired', 'rotation_due', 'still_in_use', 'unused'] as const;

export type NoticeKind = (typeof noticeKinds)[number];

/** A line of a mail that is still to be sent: one key, one thing to tell, one recipient. Times in ISO 8601. */
export interface Notice {
  readonly organizationId: string;
  readonly recipient: string;
  readonly keyId: string;
  readonly kind: NoticeKind;
  /** The date it is about: expiry, `rotateBy`, the last use (or, of a key never used, its creation), or when it was done. */
  readonly at: string;
  /** What it was recorded as: one mark of a key is written once. */
  readonly mark: string;
  /** Who did it; null for what the clock brings. */
  readonly actor: string | null;
  readonly recordedAt: string;
}

/** A line as a mail shows it: the notice and its key, as the key is when the mail is made. */
export interface NoticeLine {
  readonly notice: Notice;
  readonly key: Pick<
    KeyRecord,
    'id' | 'name' | 'maskedToken' | 'product' | 'environment' | 'owner' | 'expiresAt' | 'graceEndsAt' | 'replacedBy' | 'revocationReason' | 'active'
  >;
  /** Null: not known to have been used. */
  readonly lastUsedAt: string | null;
}

/** One mail: everything that one recipient is to be told of one organization's keys. */
export interface Digest {
  readonly organization: { readonly id: string; readonly name: string };
  readonly recipient: string;
  readonly lines: readonly NoticeLine[];
  /** IANA name: dates are written in it. */
  readonly timeZone: string;
  /** BCP 47: how dates are written. */
  readonly locale: string;
  readonly nowMs: number;
  /** Days that a renewal proposes: what the policy gives a new key. */
  readonly renewalDays: number;
  /** Address of the management API, for the call that rotates. */
  readonly managementUrl: string;
  /** Where an admin finds a key, `{organizationId}` and `{keyId}` filled in; null where the deployment has no such page. */
  readonly keyUrl: string | null;
}

export interface Mail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}
