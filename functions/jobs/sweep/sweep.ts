import { eachOf } from '../../../shared/eachOf.ts';
import type { KeyRecord } from '../../../shared/keys/key.ts';
import type { DueStore } from '../../../shared/keys/dueStore.ts';
import type { KeyStore } from '../../../shared/keys/store.ts';
import type { EventStore } from '../../../shared/events/store.ts';
import { datesNoticed } from '../../../shared/notices/intervals.ts';
import type { Interval } from '../../../shared/notices/intervals.ts';
import type { NoticeKind } from '../../../shared/notices/notice.ts';
import type { NoticeStore } from '../../../shared/notices/store.ts';
import type { SweepState } from '../../../shared/notices/sweepState.ts';
import type { StoredOrganization } from '../../../shared/organizations/organization.ts';
import type { OrganizationStore } from '../../../shared/organizations/store.ts';
import { dayMs, toIso } from '../../../shared/time.ts';
import { describeError, log } from '../../log.ts';
import { recordDue } from './recordDue.ts';
import { recordUse } from './recordUse.ts';

export interface Sweep {
  readonly stores: {
    readonly keys: Pick<KeyStore, 'get' | 'revoke'>;
    readonly organizations: Pick<OrganizationStore, 'get' | 'firstCreatedAt'>;
    readonly events: EventStore;
    readonly due: DueStore;
    readonly notices: Pick<NoticeStore, 'recorded' | 'record' | 'putInOutbox'>;
  };
  readonly state: SweepState;
  /** Days ahead that are looked at whatever the organizations say. */
  readonly defaultDays: readonly number[];
  /** What is known of the use of keys. */
  readonly usage: {
    readonly lastUses: (keyIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
    readonly idleSince: (days: readonly string[]) => Promise<readonly string[]>;
    readonly isServedSince: (keyId: string, sinceMs: number) => Promise<boolean>;
    /** Days without a use after which a key is reported. */
    readonly unusedDays: number;
  };
  readonly recipients: (key: KeyRecord, organization: StoredOrganization, kind: NoticeKind) => Promise<readonly string[]>;
  readonly nowMs: () => number;
  /** When to stop, in milliseconds since 1970: what is left is looked at by the next run. */
  readonly untilMs: number;
}

export interface Swept {
  /** Keys that were looked at because a date of theirs may have come. */
  readonly found: number;
  readonly recorded: Partial<Record<NoticeKind, number>>;
  /** Keys whose dates could not be recorded, those included that there was no time for. */
  readonly failed: number;
}

// An index follows its table within a second or so; a run ends within 15 minutes.
const overlapMs = 15 * 60_000;

/**
 * Records what the dates of keys have brought since the last run. What was missed is made up for; two at once, or one
 * that dies at any step, record nothing twice. After failures the next run looks at the same stretch of time again.
 */
export async function sweep(options: Sweep): Promise<Swept> {
  const startMs = options.nowMs();
  const noticed = { afterMs: (await sweptUntil(options, startMs)) - overlapMs, untilMs: startMs };
  const [dated, judged] = [await findByDate(options, noticed), await findByUse(options, noticed)];
  const keyIds = new Set([...dated, ...judged]);
  const { byOrganization, unread } = await groupByOrganization(options, keyIds);
  const { recorded, failed } = await recordAll(options, { byOrganization, judged, noticed, startMs });
  if (failed + unread === 0) await options.state.sweep(startMs);
  return { found: keyIds.size, recorded, failed: failed + unread };
}

/** Before the first run: since there have been organizations. */
async function sweptUntil({ state, stores }: Sweep, startMs: number): Promise<number> {
  const sinceMs = (await state.sweptUntil()) ?? Date.parse((await stores.organizations.firstCreatedAt()) ?? '');
  return Number.isNaN(sinceMs) ? startMs : Math.min(sinceMs, startMs);
}

async function findByDate({ stores, state, defaultDays }: Sweep, noticed: Interval): Promise<ReadonlySet<string>> {
  const found = new Set(await stores.due.find('rotateBy', noticed));
  for (const interval of datesNoticed(noticed, [0, ...defaultDays, ...(await state.noticeDays())])) {
    for (const keyId of await stores.due.find('expiresAt', interval)) found.add(keyId);
  }
  return found;
}

/** Keys to be revoked on evidence, all that there are; those that may have fallen silent, on the days that have come. */
async function findByUse({ stores, usage }: Sweep, noticed: Interval): Promise<ReadonlySet<string>> {
  const [retiring, neverUsed, idle] = await Promise.all([
    stores.due.findRetiring(noticed.untilMs),
    stores.due.findUnusedReminders(noticed),
    usage.idleSince(silentDays(noticed, usage.unusedDays)),
  ]);
  return new Set([...retiring, ...neverUsed, ...idle]);
}

/** Days, in UTC, whose last moment is so many days past by the end of a stretch of time, and was not by its beginning. */
function silentDays({ afterMs, untilMs }: Interval, unusedDays: number): string[] {
  const daysPast = (ms: number): number => Math.floor(ms / dayMs) - unusedDays - 1;
  const first = daysPast(afterMs) + 1;
  return Array.from({ length: Math.max(0, daysPast(untilMs) - first + 1) }, (_, index) => toIso((first + index) * dayMs).slice(0, 10));
}

const readsAtOnce = 20;
const organizationsAtOnce = 5;

async function groupByOrganization({ stores }: Sweep, keyIds: Iterable<string>) {
  const byOrganization = new Map<string, string[]>();
  let unread = 0;
  await eachOf(keyIds, readsAtOnce, async (keyId) => {
    try {
      const key = await stores.keys.get(keyId);
      if (key === null) return;
      const ids = byOrganization.get(key.organizationId) ?? [];
      byOrganization.set(key.organizationId, ids);
      ids.push(keyId);
    } catch (error) {
      unread += 1;
      log('ERROR', 'key not read', { keyId, error: describeError(error) });
    }
  });
  return { byOrganization, unread };
}

interface Found {
  readonly byOrganization: ReadonlyMap<string, readonly string[]>;
  /** Those whose use is to be looked at. */
  readonly judged: ReadonlySet<string>;
  readonly noticed: Interval;
  readonly startMs: number;
}

/** Organizations beside each other, the keys of one after each other: its events form a chain. */
async function recordAll(options: Sweep, { byOrganization, ...found }: Found): Promise<Omit<Swept, 'found'>> {
  const recorded: Partial<Record<NoticeKind, number>> = {};
  let [failed, left] = [0, 0];
  await eachOf([...byOrganization], organizationsAtOnce, async ([organizationId, keyIds]) => {
    for (const [index, keyId] of keyIds.entries()) {
      if (options.nowMs() >= options.untilMs) {
        left += keyIds.length - index;
        return;
      }
      const kinds = await tryToRecord({ ...options, ...found }, keyId, organizationId);
      if (kinds === null) failed += 1;
      for (const kind of kinds ?? []) recorded[kind] = (recorded[kind] ?? 0) + 1;
    }
  });
  if (left > 0) log('WARN', 'no time left', { keys: left });
  return { recorded, failed: failed + left };
}

/** Null when it could not be done: one key that cannot be read must not keep all others from being announced. */
async function tryToRecord(sweeping: Sweep & Omit<Found, 'byOrganization'>, keyId: string, organizationId: string): Promise<NoticeKind[] | null> {
  try {
    const organization = await sweeping.stores.organizations.get(organizationId);
    if (organization === null) return [];
    const dated = await recordDue(sweeping, keyId, organization);
    const judged = sweeping.judged.has(keyId) ? await recordUse({ ...sweeping, ...sweeping.usage }, keyId, organization) : [];
    return [...dated, ...judged];
  } catch (error) {
    log('ERROR', 'dates of a key not recorded', { keyId, organizationId, error: describeError(error) });
    return null;
  }
}
