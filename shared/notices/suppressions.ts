import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Table, Write } from '../table.ts';
import { timestamp } from '../time.ts';

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

export interface SuppressionStore {
  get(email: string): Promise<Suppression | null>;
  /** Those of some addresses that are suppressed. */
  among(emails: readonly string[]): Promise<readonly Suppression[]>;
  put(suppression: Suppression): Promise<void>;
  /** Lets an address be mailed again. */
  lift(email: string): Write;
  remove(email: string): Promise<void>;
}

export function suppressionStore(table: Table): SuppressionStore {
  const get = async (email: string): Promise<Suppression | null> => {
    const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: placeOf(email), ConsistentRead: true }));
    return Item ? suppressionSchema.strip().parse(Item) : null;
  };
  return {
    get,
    async among(emails) {
      const distinct = [...new Set(emails.map((email) => email.toLowerCase()))];
      return (await Promise.all(distinct.map(get))).filter((found) => found !== null);
    },
    async put(suppression) {
      const item = { ...placeOf(suppression.email), ...suppression, email: suppression.email.toLowerCase() };
      await table.client.send(new PutCommand({ TableName: table.name, Item: item }));
    },
    lift: (email) => ({ name: 'suppression', action: { Delete: { TableName: table.name, Key: placeOf(email) } } }),
    async remove(email) {
      await table.client.send(new DeleteCommand({ TableName: table.name, Key: placeOf(email) }));
    },
  };
}

function placeOf(email: string): { pk: string; sk: string } {
  return { pk: `SUPPRESSED#${email.toLowerCase()}`, sk: 'SUPPRESSED' };
}
