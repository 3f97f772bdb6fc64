import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { eventSchema } from '../../shared/events/event.ts';
import type { EventType, GatewardenEvent } from '../../shared/events/event.ts';
import type { NoticeKind } from '../../shared/notices/notice.ts';
import type { MailGroup } from '../../shared/notices/store.ts';
import { dayMs, toIso } from '../../shared/time.ts';
import { keysTableStores, nowMs } from '../dependencies.ts';
import { countMetrics } from '../metrics.ts';
import { deliverMails } from './mails/deliver.ts';
import { mailTools, recipients } from './mails/mailTools.ts';
import { eachRecord, itemOf } from './stream.ts';

const stores = keysTableStores();
const tools = mailTools(stores);

const kinds: Partial<Record<EventType, NoticeKind>> = {
  'key.created': 'created',
  'key.rotated': 'rotated',
  'key.revoked': 'revoked',
  'key.deactivated': 'deactivated',
};
// The stream keeps its records for a day, and hands none over after that.
const keepMarkMs = 3 * dayMs;
const runMs = 45_000;

/**
 * Follows the stream of changes and mails at once what was done to keys. What a record brings is put into the outbox
 * once, however often it is handed over; what cannot be sent now waits there for the next sweep.
 */
export async function handler({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const groups = new Map<string, MailGroup>();
  const response = await eachRecord(Records, async ({ dynamodb }) => {
    const event = eventSchema.strip().parse(itemOf(dynamodb?.NewImage));
    for (const group of await putInOutbox(event)) groups.set(`${group.organizationId} ${group.recipient}`, group);
  });
  if (tools !== null && groups.size > 0) {
    const mails = await deliverMails({ ...tools, untilMs: nowMs() + runMs }, [...groups.values()]);
    countMetrics({ MailsSent: mails.sent, MailsFailed: mails.kept, MailsSuppressed: mails.suppressed });
  }
  return response;
}

/** Whose mails are due now: also when they stood in the outbox before, as after a process that died before it sent them. */
async function putInOutbox(event: GatewardenEvent): Promise<MailGroup[]> {
  const { organizationId, keyId, at } = event;
  const kind = kindOf(event);
  if (kind === null || keyId === undefined) return [];
  const [key, organization] = await Promise.all([stores.keys.get(keyId), stores.organizations.get(organizationId)]);
  if (key === null || organization === null) return [];
  const addresses = await recipients(stores, { key, organization, kind });
  if (addresses.length === 0) return [];
  const mark = `event#${event.id}`;
  const mails = addresses.map((recipient) => ({ organizationId, recipient, keyId, kind, at, mark, actor: event.actor.name, recordedAt: toIso(nowMs()) }));
  await stores.notices.recordAndPut(stores.notices.record(keyId, mark, nowMs() + keepMarkMs), stores.notices.putInOutbox(mails, nowMs()));
  return mails.map(({ recipient }) => ({ organizationId, recipient }));
}

/** A successor is told of by the rotation that made it. */
function kindOf({ type, changes = [] }: GatewardenEvent): NoticeKind | null {
  const isSuccessor = type === 'key.created' && changes.some(({ field }) => field === 'replaces');
  return isSuccessor ? null : (kinds[type] ?? null);
}
