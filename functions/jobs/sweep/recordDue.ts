import type { KeyStore } from '../../../shared/keys/store.ts';
import { dueNotices, withoutRecorded } from '../../../shared/notices/due.ts';
import type { Interval } from '../../../shared/notices/intervals.ts';
import type { NoticeKind } from '../../../shared/notices/notice.ts';
import type { NoticeStore } from '../../../shared/notices/store.ts';
import type { StoredOrganization } from '../../../shared/organizations/organization.ts';
import { recordNotice } from './recordNotice.ts';
import type { Recording } from './recordNotice.ts';

const maxTries = 5;

/** A sweep at work on a stretch of time. */
export type Sweeping = Recording & {
  readonly stores: { readonly keys: Pick<KeyStore, 'get'>; readonly notices: Pick<NoticeStore, 'recorded'> };
  readonly noticed: Interval;
};

/** Records what the dates of a key have brought; answers what was recorded. */
export async function recordDue(sweeping: Sweeping, keyId: string, organization: StoredOrganization): Promise<NoticeKind[]> {
  const { stores, noticed, startMs } = sweeping;
  const recorded: NoticeKind[] = [];
  for (let tried = 1; tried <= maxTries; tried += 1) {
    const [key, marks] = await Promise.all([stores.keys.get(keyId), stores.notices.recorded(keyId)]);
    if (key === null) return recorded;
    const [notice] = withoutRecorded(dueNotices({ key, policy: organization.policy, noticed, nowMs: startMs }), marks);
    if (notice === undefined) return recorded;
    if (await recordNotice(sweeping, { key, organization, notice })) recorded.push(notice.kind);
  }
  throw new Error(`The key ${keyId} was changed by others each time that its dates were to be recorded.`);
}
