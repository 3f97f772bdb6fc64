import type { GatewardenEvent } from '../../../shared/events/event.ts';
import type { EventStore } from '../../../shared/events/store.ts';
import type { DueStore } from '../../../shared/keys/dueStore.ts';
import type { KeyRecord } from '../../../shared/keys/key.ts';
import type { DueNotice } from '../../../shared/notices/due.ts';
import type { NoticeKind } from '../../../shared/notices/notice.ts';
import type { NoticeStore } from '../../../shared/notices/store.ts';
import type { StoredOrganization } from '../../../shared/organizations/organization.ts';
import type { Write } from '../../../shared/table.ts';
import { dayMs, toIso } from '../../../shared/time.ts';

/** Who says what the clock brings. */
export const sweepActor: GatewardenEvent['actor'] = { type: 'system', id: 'sweep', name: 'Sweep' };
export const sweepContext = { actor: sweepActor, ip: null, userAgent: null, requestId: null };

export interface Recording {
  readonly stores: {
    readonly events: EventStore;
    readonly due: Pick<DueStore, 'expire' | 'stillDue'>;
    readonly notices: Pick<NoticeStore, 'record' | 'putInOutbox'>;
  };
  readonly recipients: (key: KeyRecord, organization: StoredOrganization, kind: NoticeKind) => Promise<readonly string[]>;
  /** When the sweep began. */
  readonly startMs: number;
}

const forAsLongAsAKeyLivesMs = 3650 * dayMs;
// A mark has to outlive every sweep that could find its date again: that of an expiry leaves the stretch of time that is
// looked at; that of a rotation, or of a use, is found again whenever the key is looked at for another reason.
const keepMarkMs: Record<DueNotice['kind'], number> = {
  expiring: 120 * dayMs,
  expired: 120 * dayMs,
  rotation_due: forAsLongAsAKeyLivesMs,
  still_in_use: 120 * dayMs,
  unused: forAsLongAsAKeyLivesMs,
};

/**
 * Writes a notice: the event, the marks that keep it from being recorded again, and its mails, in one transaction.
 * False when the key was changed, or another sweep was faster.
 */
export async function recordNotice(
  { stores, startMs, recipients }: Recording,
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
  return (await stores.events.commit({ organizationId: key.organizationId, context: sweepContext, writes, drafts })).done;
}
