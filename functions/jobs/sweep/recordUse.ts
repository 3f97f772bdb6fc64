import { changesBetween } from '../../../shared/keys/changes.ts';
import type { KeyRecord } from '../../../shared/keys/key.ts';
import { revoke } from '../../../shared/keys/revoke.ts';
import { activeIds, latestOf, successorsOf } from '../../../shared/keys/successors.ts';
import type { KeyStore } from '../../../shared/keys/store.ts';
import { withoutRecorded } from '../../../shared/notices/due.ts';
import type { DueNotice } from '../../../shared/notices/due.ts';
import type { NoticeKind } from '../../../shared/notices/notice.ts';
import { retire } from '../../../shared/notices/retiring.ts';
import type { Retirement } from '../../../shared/notices/retiring.ts';
import { unusedNotice } from '../../../shared/notices/unused.ts';
import type { NoticeStore } from '../../../shared/notices/store.ts';
import type { StoredOrganization } from '../../../shared/organizations/organization.ts';
import { hourMs } from '../../../shared/time.ts';
import { recordNotice, sweepActor, sweepContext } from './recordNotice.ts';
import type { Recording } from './recordNotice.ts';

export type UseSweeping = Recording & {
  readonly stores: { readonly keys: Pick<KeyStore, 'get' | 'revoke'>; readonly notices: Pick<NoticeStore, 'recorded'> };
  /** In ISO 8601, by key id; keys that were never used are left out. */
  readonly lastUses: (keyIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Whether requests with a key were let through, and counted, since a time in milliseconds since 1970. */
  readonly isServedSince: (keyId: string, sinceMs: number) => Promise<boolean>;
  readonly unusedDays: number;
};

const maxTries = 5;

/**
 * Records what the use of a key says: that it has fallen silent, or, of one that is to be revoked on evidence, that it
 * is still in use, or its revocation. Answers what was recorded. A key that others change meanwhile is looked at again:
 * the day on which it fell silent comes once, and the next sweep would not find it.
 */
export async function recordUse(sweeping: UseSweeping, keyId: string, organization: StoredOrganization): Promise<NoticeKind[]> {
  for (let tried = 1; tried <= maxTries; tried += 1) {
    const found = await judge(sweeping, keyId, organization);
    if (found === null) return [];
    // A revocation that was refused is tried by the next sweep: it finds the key for as long as it is to be revoked.
    if (found.kind === 'revoke') return (await revokeSuperseded(sweeping, found.key)) ? ['revoked'] : [];
    const { key, notice } = found;
    if (await recordNotice(sweeping, { key, organization, notice })) return [notice.kind];
  }
  throw new Error(`The key ${keyId} was changed by others each time that its use was to be recorded.`);
}

type Judged = { readonly kind: 'revoke'; readonly key: KeyRecord } | { readonly kind: 'notice'; readonly key: KeyRecord; readonly notice: DueNotice };

/** What is to be done about a key by what is known of its use; null for nothing. */
async function judge(sweeping: UseSweeping, keyId: string, organization: StoredOrganization): Promise<Judged | null> {
  const { stores, startMs } = sweeping;
  const [key, marks] = await Promise.all([stores.keys.get(keyId), stores.notices.recorded(keyId)]);
  if (key === null) return null;
  const successors = await successorsOf(key, stores.keys.get);
  const working = activeIds(successors, startMs);
  const uses = await sweeping.lastUses([keyId, ...working]);
  const lastUse = uses.get(keyId) ?? null;
  const requiredQuietHours = organization.policy.rotationQuietHours;
  const retirement = retire({
    key,
    successor: successors[0] ?? null,
    lastUse,
    successorsLastUse: latestOf(working.map((id) => uses.get(id))),
    isSuccessorServed: await isAnyServed(sweeping, working, startMs - requiredQuietHours * hourMs),
    requiredQuietHours,
    nowMs: startMs,
  });
  if (retirement.kind === 'revoke') return { kind: 'revoke', key };
  // Of a key with a successor nobody is told that it is unused: there is one of the two at most.
  const unused = unusedNotice({ key, lastUsedAt: lastUse, unusedDays: sweeping.unusedDays, nowMs: startMs });
  const [notice] = withoutRecorded([...warnings(retirement), ...unused], marks);
  return notice === undefined ? null : { kind: 'notice', key, notice };
}

async function isAnyServed({ isServedSince }: UseSweeping, keyIds: readonly string[], sinceMs: number): Promise<boolean> {
  for (const keyId of keyIds) if (await isServedSince(keyId, sinceMs)) return true;
  return false;
}

function warnings(retirement: Retirement): DueNotice[] {
  return retirement.kind === 'warn' ? [retirement.notice] : [];
}

/** As an admin revokes it: the mail comes from its event. */
async function revokeSuperseded({ stores, startMs }: UseSweeping, key: KeyRecord): Promise<boolean> {
  const request = { reason: 'superseded', comment: 'Its successor is in use, and it was not for as long as the policy asks.' } as const;
  const decision = revoke({ key, request, revokedBy: sweepActor, nowMs: startMs });
  if (decision.kind === 'already_revoked') return false;
  const drafts = [{ type: 'key.revoked', keyId: key.id, changes: changesBetween(key, decision.next) } as const];
  return (await stores.events.commit({ organizationId: key.organizationId, context: sweepContext, writes: stores.keys.revoke(key, decision.next), drafts })).done;
}
