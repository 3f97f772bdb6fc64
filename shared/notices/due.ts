import type { Change, EventType } from '../events/event.ts';
import { dueAt } from '../keys/duePlaces.ts';
import type { DueDate } from '../keys/duePlaces.ts';
import type { KeyRecord } from '../keys/key.ts';
import { isExpired } from '../keys/status.ts';
import type { Policy } from '../organizations/organization.ts';
import { dayMs } from '../time.ts';
import { isWithin } from './intervals.ts';
import type { Interval } from './intervals.ts';
import type { NoticeKind } from './notice.ts';

/** Something that a key's dates have brought, to be recorded once. */
export interface DueNotice {
  readonly kind: Extract<NoticeKind, 'expiring' | 'expired' | 'rotation_due' | 'still_in_use' | 'unused'>;
  readonly eventType: EventType;
  /** The date that it is about. */
  readonly date: DueDate;
  readonly at: string;
  /** What is recorded with it, and never again, the nearest first: after an outage one notice can stand for several. */
  readonly marks: readonly string[];
  readonly changes: readonly Change[];
}

/**
 * What a stretch of time has brought for a key, by its dates and its organization's `noticeDays`. Nothing for a
 * revoked key; for an expired one, that it has expired, and no warnings. A warning that would have lain before the
 * expiry was given is not due. Of several warnings missed, the nearest is sent and stands for all.
 */
export function dueNotices(options: { key: KeyRecord; policy: Policy; noticed: Interval; nowMs: number }): DueNotice[] {
  const { key, nowMs } = options;
  if (key.revokedAt !== null) return [];
  if (isExpired(key.expiresAt, nowMs)) return expired(options);
  return [...expiring(options), ...rotationDue(options)];
}

/** Those whose nearest mark is not there yet; with the marks that are missing. */
export function withoutRecorded(notices: readonly DueNotice[], recorded: ReadonlySet<string>): DueNotice[] {
  return notices
    .filter(({ marks: [nearest] }) => nearest !== undefined && !recorded.has(nearest))
    .map((notice) => ({ ...notice, marks: notice.marks.filter((mark) => !recorded.has(mark)) }));
}

type Options = Parameters<typeof dueNotices>[0];

function expired({ key: { expiresAt, active }, noticed }: Options): DueNotice[] {
  if (expiresAt === null || !isWithin(noticed, Date.parse(expiresAt))) return [];
  const changes = [{ field: 'status', from: active ? 'active' : 'inactive', to: 'expired' }, { field: 'expiresAt', from: expiresAt, to: expiresAt }];
  return [{ kind: 'expired', eventType: 'key.expired', date: 'expiresAt', at: expiresAt, marks: [`expired#${expiresAt}`], changes }];
}

function expiring({ key, policy, noticed }: Options): DueNotice[] {
  const { expiresAt } = key;
  if (expiresAt === null) return [];
  const givenMs = Date.parse(key.expirySetAt ?? key.createdAt);
  const due = [...new Set(policy.noticeDays)]
    .map((days) => ({ days, atMs: Date.parse(expiresAt) - days * dayMs }))
    .filter(({ atMs }) => atMs > givenMs && isWithin(noticed, atMs))
    .map(({ days }) => days)
    .toSorted((a, b) => a - b);
  if (due.length === 0) return [];
  const changes = [{ field: 'noticeDays', from: null, to: due[0] ?? null }, { field: 'expiresAt', from: expiresAt, to: expiresAt }];
  const marks = due.map((days) => `expiring#${expiresAt}#${days}`);
  return [{ kind: 'expiring', eventType: 'key.expiring', date: 'expiresAt', at: expiresAt, marks, changes }];
}

/** A key that has a successor was rotated. */
function rotationDue({ key, noticed }: Options): DueNotice[] {
  const { rotateBy, replacedBy } = key;
  const at = dueAt(key, 'rotateBy');
  if (rotateBy === null || at === null || replacedBy !== null || !isWithin(noticed, Date.parse(at))) return [];
  const changes = [{ field: 'rotateBy', from: rotateBy, to: rotateBy }];
  return [{ kind: 'rotation_due', eventType: 'key.rotation_due', date: 'rotateBy', at: rotateBy, marks: [`rotation#${rotateBy}`], changes }];
}
