import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../table.ts';
import type { ChainHead } from './chain.ts';
import { eventSchema } from './event.ts';
import type { GatewardenEvent } from './event.ts';
import { readHead, sequenceText } from './store.ts';

// Access patterns: those of store.ts, read from the newest on.

export interface EventPage {
  readonly rows: readonly GatewardenEvent[];
  readonly hasMore: boolean;
}

export interface EventReader {
  /** An organization's events before a sequence (null: from the last on), newest first, strongly consistent. */
  page(organizationId: string, before: number | null, size: number): Promise<EventPage>;
  /** A key's events, likewise, by the index. */
  pageOfKey(keyId: string, before: number | null, size: number): Promise<EventPage>;
  /** The last event's sequence and hash; sequence 0 for none. */
  head(organizationId: string): Promise<ChainHead>;
}

export function eventReader(table: Table, nowMs: () => number): EventReader {
  const query = async (input: Omit<ConstructorParameters<typeof QueryCommand>[0], 'TableName'>): Promise<EventPage> => {
    const { Items = [], LastEvaluatedKey } = await table.client.send(
      new QueryCommand({ TableName: table.name, ScanIndexForward: false, ...input }),
    );
    // TTL deletes late and in no order: without this, a list could have holes at its old end. What is older than the
    // first event that is due is due as well.
    const due = Items.findIndex(({ purgeAt }) => Number(purgeAt) <= nowMs() / 1000);
    const kept = due < 0 ? Items : Items.slice(0, due);
    return { rows: kept.map((item) => eventSchema.strip().parse(item)), hasMore: due < 0 && LastEvaluatedKey !== undefined };
  };
  return {
    page: (organizationId, before, size) =>
      query({
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: {
          ':pk': `EVENTS#${organizationId}`,
          ':first': `EVENT#${sequenceText(0)}`,
          ':last': `EVENT#${lastSequence(before)}`,
        },
        ConsistentRead: true,
        Limit: size,
      }),
    pageOfKey: (keyId, before, size) =>
      query({
        IndexName: 'byOrganization',
        KeyConditionExpression: 'gsi1pk = :list AND gsi1sk BETWEEN :first AND :last',
        ExpressionAttributeValues: {
          ':list': `KEY#${keyId}#EVENTS`,
          ':first': sequenceText(0),
          ':last': lastSequence(before),
        },
        Limit: size,
      }),
    head: (organizationId) => readHead(table, organizationId),
  };
}

function lastSequence(before: number | null): string {
  return before === null ? '9'.repeat(12) : sequenceText(Math.max(0, before - 1));
}
