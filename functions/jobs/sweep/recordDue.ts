import type { GatewardenEvent } from '../../../shared/events/event.ts';
import type { KeyRecord } from '../../../shared/keys/key.ts';
import { dueNotices, withoutRecorded } from '../../../shared/notices/due.ts';
import type { DueNotice } from '../../../shared/notices/due.ts';
import type { Interval } from '../../../shared/notices/intervals.ts';
import type { NoticeKind } from '../../../shared/notices/notice.ts';
import type { StoredOrganization } from '../../../shared/organizations/organization.ts';
import type { Write } from '../../../shared/table.ts';
import { dayMs, toIso } from '../../../shared/time.ts';
import type { Sweep } from './sweep.ts';

/** Who says what the clock brings. */
export const sweepActor: GatewardenEvent['actor'] = { type: 'system', id: 'sweep', name: 'Sweep' };
const context = { actor: sweepActor, ip: null, userAgent: null, requestId: null };

// A mark has to outlive every sweep that could find its date again. That of a rotation is found again whenever the
// key is given another expiry, for as long as a key can live.
const keepMarkMs = { expiring: 120 * dayMs, expired: 120 * dayMs, rotation_due: 3650 * dayMs };
const maxTries = 5;

/** A sweep at work: on which stretch of time, and when it began. */
type Sweeping = Sweep & { readonly noticed: Interval; readonly startMs: number };

/**
 * Records what the dates of a key have brought: the event, the mark that keeps it from being recorded again, and its
 * mails, in one transaction, which is refused when the key has changed. Answers what was recorded.
 */
export async function recordDue(sweeping: Sweeping, keyId: string, organization: StoredOrganization): Promise<NoticeKind[]> {
  const recorded: NoticeKind[] = [];
  for (let tried = 1; tried <= maxTries; tried += 1) {
    const [key, marks] = await Promise.all([sweeping.stores.keys.get(keyId), sweeping.stores.notices.recorded(keyId)]);
    if (key === null) return recorded;
    const [notice] = withoutRecorded(dueNotices({ key, policy: organization.policy, noticed: sweeping.noticed, nowMs: sweeping.startMs }), marks);
    if (notice === undefined) return recorded;
    if (await record(sweeping, { key, organization, notice })) recorded.push(notice.kind);
  }
  throw new Error(`The key ${keyId} was changed by others each time that its dates were to be recorded.`);
}

/** False when the key was changed, or another sweep was faster. */
async function record(
  { stores, startMs, recipients }: Sweeping,
  { key, organization, notice }: { key: KeyRecord; organization: StoredOrganization; notice: DueNotice },
): Promise<boolean> {
  const { kind, at, marks } = notice;
  const mails = (await recipients(key, organization, kind)).map((recipient) => ({
    organizationId: key.organizationId, recipient, keyId: key.id, kind, at, mark: marks[0] ?? kind, actor: null, recordedAt: toIso(startMs),
  }));
  const writes: Write[] = [
    ...(kind === 'expired' ? stores.due.expire(key) : [stores.due.stillDue(key, notice.date)]),
    ...marks.map((mark) => stores.notices.record(key.id, mark, Math.max(Date.parse(at), startMs) + keepMarkMs[kind])),
    ...stores.notices.putInOutbox(mails, startMs),
  ];
  const drafts = [{ type: notice.eventType, keyId: key.id, changes: notice.changes }];
  return (await stores.events.commit({ organizationId: key.organizationId, context, writes, drafts })).done;
}
