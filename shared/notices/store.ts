import { DeleteCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { eachOf } from '../eachOf.ts';
import { queryAll } from '../queryAll.ts';
import type { Table, Write } from '../table.ts';
import { dayMs, timestamp } from '../time.ts';
import { unlessRefused } from '../unlessRefused.ts';
import { countMail, uncountMail } from './mailCounts.ts';
import { noticeKinds } from './notice.ts';
import type { Notice } from './notice.ts';
import { outboxPartition, outboxPartitions } from './outboxPartition.ts';

// Access patterns (table keys):
//   what was recorded of a key               pk NOTICE#<keyId>    sk <mark>
//   mails still to be sent, by recipient     pk OUTBOX#<shard>    sk MAIL#<organizationId>#<recipient>#<keyId>#<mark>
//   who is sending a recipient's mail now    pk OUTBOX#<shard>    sk CLAIM#<organizationId>#<recipient>
//   mails of an organization on a day        mailCounts.ts

/** Whose mails go out together. */
export interface MailGroup {
  readonly organizationId: string;
  readonly recipient: string;
}

export interface NoticeStore {
  /** Marks of a key, strongly consistent. */
  recorded(keyId: string): Promise<ReadonlySet<string>>;
  /** Records a mark of a key for as long as it can matter: refused as `notice` where it was recorded before. */
  record(keyId: string, mark: string, keepUntilMs: number): Write;
  /** Puts mails that are to be sent beside the change that they tell of. */
  putInOutbox(notices: readonly Notice[], nowMs: number): Write[];
  /** Records a mark and puts its mails into the outbox, for a change that is written already; false where that was done before. */
  recordAndPut(record: Write, mails: readonly Write[]): Promise<boolean>;
  /** Whose mails wait, strongly consistent; and how many lines there are that nobody can read. */
  waiting(): Promise<{ readonly groups: readonly MailGroup[]; readonly unreadable: number }>;
  /** What waits for one recipient, oldest mark first, strongly consistent. */
  pending(group: MailGroup): Promise<readonly Notice[]>;
  /** True for the one who may send to a recipient now; holds until released, for `claimMs` at most. */
  claim(group: MailGroup, holder: string, nowMs: number): Promise<boolean>;
  release(group: MailGroup, holder: string): Promise<void>;
  /** Counts a mail of an organization on the day of `nowMs`, in UTC; false where `max` of them were counted already. */
  countMail(organizationId: string, max: number, nowMs: number): Promise<boolean>;
  /** Gives back the count of a mail that was not sent after all. */
  uncountMail(organizationId: string, nowMs: number): Promise<void>;
  /** Takes mails that were sent, or that nobody needs any more, out of the outbox. */
  remove(notices: readonly Notice[]): Promise<void>;
}

// Longer than any sending takes, its retries included: whoever holds a claim for longer has died.
export const claimMs = 5 * 60_000;
// What could not be sent for a week is no news any more.
const keepUnsentMs = 7 * dayMs;

const noticeSchema = z.object({
  organizationId: z.string(),
  recipient: z.string(),
  keyId: z.string(),
  kind: z.enum(noticeKinds),
  at: timestamp,
  mark: z.string(),
  actor: z.string().nullable(),
  recordedAt: timestamp,
}) satisfies z.ZodType<Notice>;

export function noticeStore(table: Table): NoticeStore {
  return {
    recorded: async (keyId) => new Set((await readAll(table, { pk: `NOTICE#${keyId}` })).map((item) => String(item['sk']))),
    record: (keyId, mark, keepUntilMs) => ({
      name: 'notice',
      action: {
        Put: {
          TableName: table.name,
          Item: { pk: `NOTICE#${keyId}`, sk: mark, purgeAt: Math.ceil(keepUntilMs / 1000) },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
    }),
    putInOutbox: (notices, nowMs) =>
      notices.map((notice) => ({
        name: 'outbox',
        action: { Put: { TableName: table.name, Item: { ...placeOf(notice), ...notice, purgeAt: Math.ceil((nowMs + keepUnsentMs) / 1000) } } },
      })),
    recordAndPut: (record, mails) =>
      unlessRefused(table.client.send(new TransactWriteCommand({ TransactItems: [record, ...mails].map(({ action }) => action) }))),
    waiting: () => readWaiting(table),
    async pending(group) {
      const items = await readAll(table, { pk: outboxPartition(group.organizationId), prefix: mailPrefix(group) });
      return items.flatMap((item) => noticeSchema.strip().safeParse(item).data ?? []);
    },
    claim: (group, holder, nowMs) => claim(table, { group, holder, nowMs }),
    release: (group, holder) => release(table, group, holder),
    countMail: (organizationId, max, nowMs) => countMail(table, { organizationId, max, nowMs }),
    uncountMail: (organizationId, nowMs) => uncountMail(table, organizationId, nowMs),
    remove: (notices) => removeAll(table, notices),
  };
}

async function readWaiting(table: Table) {
  const items = (await Promise.all(outboxPartitions.map((pk) => readAll(table, { pk, prefix: 'MAIL#' })))).flat();
  // What cannot be read is left to TTL: it must not keep all others from being told.
  const notices = items.flatMap((item) => noticeSchema.strip().safeParse(item).data ?? []);
  const groups = new Map(notices.map(({ organizationId, recipient }) => [`${organizationId} ${recipient}`, { organizationId, recipient }]));
  return { groups: [...groups.values()], unreadable: items.length - notices.length };
}

// Of thousands, one by one, a run could be ended within them: those left would be mailed again.
const removedAtOnce = 25;

function removeAll(table: Table, notices: readonly Notice[]): Promise<void> {
  return eachOf(notices, removedAtOnce, async (notice) => {
    await table.client.send(new DeleteCommand({ TableName: table.name, Key: placeOf(notice) }));
  });
}

async function claim(table: Table, { group, holder, nowMs }: { group: MailGroup; holder: string; nowMs: number }): Promise<boolean> {
  const isFree = 'attribute_not_exists(pk) OR #until < :now';
  const until = nowMs + claimMs;
  return unlessRefused(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...claimPlace(group), holder, until, purgeAt: Math.ceil((until + dayMs) / 1000) },
        ConditionExpression: isFree,
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: { ':now': nowMs },
      }),
    ),
  );
}

async function release(table: Table, group: MailGroup, holder: string): Promise<void> {
  const isStillMine = '#holder = :holder';
  await unlessRefused(
    table.client.send(
      new DeleteCommand({
        TableName: table.name,
        Key: claimPlace(group),
        ConditionExpression: isStillMine,
        ExpressionAttributeNames: { '#holder': 'holder' },
        ExpressionAttributeValues: { ':holder': holder },
      }),
    ),
  );
}

function readAll(table: Table, { pk, prefix }: { pk: string; prefix?: string }): Promise<Record<string, unknown>[]> {
  return queryAll(table, {
    KeyConditionExpression: prefix === undefined ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': pk, ...(prefix === undefined ? {} : { ':prefix': prefix }) },
    ConsistentRead: true,
  });
}

function placeOf(notice: Notice): { pk: string; sk: string } {
  return { pk: outboxPartition(notice.organizationId), sk: `${mailPrefix(notice)}${notice.keyId}#${notice.mark}` };
}

function claimPlace(group: MailGroup): { pk: string; sk: string } {
  return { pk: outboxPartition(group.organizationId), sk: `CLAIM#${group.organizationId}#${group.recipient}` };
}

function mailPrefix({ organizationId, recipient }: MailGroup): string {
  return `MAIL#${organizationId}#${recipient}#`;
}
