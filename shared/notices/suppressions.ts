import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Table, Write } from '../table.ts';
import { anyTimestamp, timestamp } from '../time.ts';
import { unlessRefused } from '../unlessRefused.ts';

// Access patterns (table keys):
//   an address that gets no more mails   pk SUPPRESSED#<address, lower case>  sk SUPPRESSED

/** An address that no mail is sent to any more, and since when. */
export const suppressionSchema = z
  .strictObject({
    email: z.string(),
    /** `bounce`: it cannot be delivered to. `complaint`: its owner has called a mail spam. */
    reason: z.enum(['bounce', 'complaint']),
    at: timestamp,
  })
  .meta({ id: 'SuppressedEmail' });

export type Suppression = z.infer<typeof suppressionSchema>;

/**
 * The record: beside what the API shows, how often mails have come back, and whether the address was named anew since.
 * Operators write one by hand: whatever it lacks, the address is suppressed, and everything beside it can be read.
 */
const storedSchema = z.object({
  reason: suppressionSchema.shape.reason.catch('complaint'),
  at: anyTimestamp.catch('1970-01-01T00:00:00.000Z'),
  bounces: z.int().catch(1),
  isLifted: z.boolean().catch(false),
});

// Who names an address that bounces again and again harms everyone who sends from this account.
const maxBounces = 3;

export interface SuppressionStore {
  get(email: string): Promise<Suppression | null>;
  /** Those of some addresses that are suppressed. */
  among(emails: readonly string[]): Promise<readonly Suppression[]>;
  /** Those of some addresses that may be mailed again once they are named anew: bounced, and not three times. */
  liftable(emails: readonly string[]): Promise<readonly string[]>;
  /** A complaint stays, whatever comes after it. */
  put(suppression: Suppression): Promise<void>;
  /** Lets an address be mailed again. */
  lift(email: string): Write;
}

export function suppressionStore(table: Table): SuppressionStore {
  const read = async (email: string) => {
    const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: placeOf(email), ConsistentRead: true }));
    return Item ? { email: email.toLowerCase(), ...storedSchema.parse(Item) } : null;
  };
  const readAll = async (emails: readonly string[]) => {
    const found = await Promise.all([...new Set(emails.map((email) => email.toLowerCase()))].map(read));
    return found.filter((item) => item !== null).filter(({ isLifted }) => !isLifted);
  };
  return {
    get: async (email) => (await readAll([email])).map(toSuppression)[0] ?? null,
    among: async (emails) => (await readAll(emails)).map(toSuppression),
    liftable: async (emails) =>
      (await readAll(emails)).filter(({ reason, bounces }) => reason === 'bounce' && bounces < maxBounces).map(({ email }) => email),
    put: (suppression) => put(table, suppression),
    lift: (email) => ({
      name: 'suppression',
      action: {
        Update: {
          TableName: table.name,
          Key: placeOf(email),
          UpdateExpression: 'SET #isLifted = :true',
          ExpressionAttributeNames: { '#isLifted': 'isLifted' },
          ExpressionAttributeValues: { ':true': true },
        },
      },
    }),
  };
}

async function put(table: Table, { email, reason, at }: Suppression): Promise<void> {
  const noComplaintYet = 'attribute_not_exists(pk) OR #reason <> :complaint';
  await unlessRefused(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: placeOf(email),
        UpdateExpression: 'SET #email = :email, #reason = :reason, #at = :at, #isLifted = :false ADD #bounces :one',
        ConditionExpression: noComplaintYet,
        ExpressionAttributeNames: { '#email': 'email', '#reason': 'reason', '#at': 'at', '#isLifted': 'isLifted', '#bounces': 'bounces' },
        ExpressionAttributeValues: { ':email': email.toLowerCase(), ':reason': reason, ':at': at, ':false': false, ':one': 1, ':complaint': 'complaint' },
      }),
    ),
  );
}

function toSuppression({ email, reason, at }: Suppression): Suppression {
  return { email, reason, at };
}

function placeOf(email: string): { pk: string; sk: string } {
  return { pk: `SUPPRESSED#${email.toLowerCase()}`, sk: 'SUPPRESSED' };
}
