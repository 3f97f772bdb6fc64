import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { Problem } from '../errors/problems.ts';
import type { Table, Write } from '../table.ts';
import { dayMs } from '../time.ts';
import { appendToChain, emptyChain } from './chain.ts';
import type { ChainHead } from './chain.ts';
import type { ChangeContext, EventDraft, GatewardenEvent } from './event.ts';

// Access patterns (table keys):
//   head of an organization's chain   pk EVENTS#<organizationId>  sk HEAD
//   an event, by sequence             pk EVENTS#<organizationId>  sk EVENT#<sequence, 12 digits>
//   events of a key, by sequence      byOrganization: gsi1pk KEY#<keyId>#EVENTS  gsi1sk <sequence, 12 digits>

/** A change and the events that record it. */
export interface Commit {
  readonly organizationId: string;
  readonly drafts: readonly EventDraft[];
  readonly context: ChangeContext;
  readonly writes: readonly Write[];
  /** Whether it must get through while others keep changing the organization: stopping a key, a member or an organization. */
  readonly isUrgent?: boolean;
}

export type CommitOutcome =
  | { readonly done: true; readonly events: readonly GatewardenEvent[] }
  /** The condition of a write did not hold; `item` is what is stored there, if anything. */
  | { readonly done: false; readonly refusedBy: string; readonly item: Record<string, unknown> | null };

export interface EventStore {
  /** Writes a change and its events in one transaction, or neither. */
  commit(change: Commit): Promise<CommitOutcome>;
}

// Writers of one organization queue up at the head of its chain; the pauses spread them. What is urgent hardly pauses:
// a flood of other changes, as whoever stole a management key could make, must not keep its revocation waiting.
const ordinary = { maxAttempts: 30, longestPauseMs: 250 };
const urgent = { maxAttempts: 250, longestPauseMs: 10 };

export function eventStore(options: {
  table: Table;
  nowMs: () => number;
  newEventId: () => string;
  /** Days after which TTL deletes an event. */
  retentionDays: number;
  pause?: (ms: number) => Promise<void>;
}): EventStore {
  const { table, newEventId } = options;
  const pause = options.pause ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));

  const attempt = async (change: Commit): Promise<CommitOutcome | 'again'> => {
    const head = await readHead(table, change.organizationId);
    const at = new Date(options.nowMs()).toISOString();
    const events = appendToChain({ head, at, newEventId, ...change });
    const writes = [...change.writes, ...events.map((event) => putEvent(table, event, options.retentionDays)), moveHead(table, head, events)];
    try {
      await table.client.send(new TransactWriteCommand({ TransactItems: writes.map(({ action }) => action) }));
      return { done: true, events };
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      return refusalOf(error, writes.map(({ name }) => name), change.writes.length);
    }
  };

  return {
    async commit(change) {
      const { maxAttempts, longestPauseMs } = change.isUrgent ? urgent : ordinary;
      for (let tried = 1; tried <= maxAttempts; tried += 1) {
        const outcome = await attempt(change);
        if (outcome !== 'again') return outcome;
        await pause(Math.random() * Math.min(longestPauseMs, 5 * 2 ** tried));
      }
      throw new Problem('request_in_progress', 'Too many changes were made to this organization at once; try again.', {
        headers: { 'Retry-After': '1' },
      });
    },
  };
}

/** The last event's sequence and hash; sequence 0 for none. */
export async function readHead(table: Table, organizationId: string): Promise<ChainHead> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { pk: `EVENTS#${organizationId}`, sk: 'HEAD' }, ConsistentRead: true }),
  );
  return Item ? { sequence: Number(Item['sequence']), hash: String(Item['hash']), at: String(Item['at'] ?? '') } : emptyChain;
}

function putEvent(table: Table, event: GatewardenEvent, retentionDays: number): Write {
  const sequence = sequenceText(event.sequence);
  const purgeAt = Math.ceil((Date.parse(event.at) + retentionDays * dayMs) / 1000);
  const keyIndex = event.keyId === undefined ? {} : { gsi1pk: `KEY#${event.keyId}#EVENTS`, gsi1sk: sequence };
  return {
    name: 'event',
    action: {
      Put: {
        TableName: table.name,
        Item: { pk: `EVENTS#${event.organizationId}`, sk: `EVENT#${sequence}`, ...keyIndex, purgeAt, ...event },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
  };
}

/** A sequence as keys hold it: texts sort as numbers do. */
export function sequenceText(sequence: number): string {
  return String(sequence).padStart(12, '0');
}

function moveHead(table: Table, head: ChainHead, events: readonly GatewardenEvent[]): Write {
  const last = events.at(-1);
  if (!last) throw new Error('A change without an event must not be written.');
  const stillTheHead = head.sequence === 0 ? 'attribute_not_exists(pk)' : '#hash = :previousHash';
  return {
    name: 'head',
    action: {
      Update: {
        TableName: table.name,
        Key: { pk: `EVENTS#${last.organizationId}`, sk: 'HEAD' },
        UpdateExpression: 'SET #sequence = :sequence, #hash = :hash, #at = :at',
        ConditionExpression: stillTheHead,
        ExpressionAttributeNames: { '#sequence': 'sequence', '#hash': 'hash', '#at': 'at' },
        ExpressionAttributeValues: {
          ':sequence': last.sequence,
          ':hash': last.hash,
          ':at': last.at,
          ...(head.sequence === 0 ? {} : { ':previousHash': head.hash }),
        },
      },
    },
  };
}

/** The change's own refused condition counts before the chain's, which only asks for another try. */
function refusalOf(
  error: TransactionCanceledException,
  names: readonly string[],
  ownWrites: number,
): CommitOutcome | 'again' {
  const reasons = error.CancellationReasons ?? [];
  const refused = reasons.findIndex(({ Code }, index) => index < ownWrites && Code === 'ConditionalCheckFailed');
  if (refused >= 0) {
    const item: Record<string, AttributeValue> | undefined = reasons[refused]?.Item;
    return { done: false, refusedBy: names[refused] ?? '', item: item && Object.keys(item).length > 0 ? unmarshall(item) : null };
  }
  const isContention = reasons.every(({ Code }) => Code === 'None' || Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict');
  if (isContention) return 'again';
  throw error;
}
