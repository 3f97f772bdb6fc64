import { hash } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { queryAll } from '../queryAll.ts';
import type { Table, Write } from '../table.ts';
import { dayMs } from '../time.ts';
import { minuteOf } from './hours.ts';
import type { UsageLine } from './readBatch.ts';

// Access patterns (table usage):
//   how often a log stream was counted   pk SEEN#<stream>  sk HEAD: version
//   which of its lines were              pk SEEN#<stream>  sk MINUTE#<minute of the lines>#<version>: ids
// Every count of a stream raises the version from the one under which the ids were read. So of two that count the same
// lines at the same time, in whatever grouping, one is refused and reads again.

/**
 * Days that ids are remembered: as long as a failed batch can rest in the queue for failures (14 days) and be handed
 * over again.
 */
const seenDays = 15;
const idBytes = 8;

/** A log stream, in as few characters as tell it from any other. */
export interface SeenStream {
  readonly pk: string;
}

export interface Seen {
  /** 0 for a stream that was never counted. */
  readonly version: number;
  readonly has: (id: string) => boolean;
}

export function seenStream(logGroup: string, logStream: string): SeenStream {
  return { pk: `SEEN#${hash('sha256', JSON.stringify([logGroup, logStream]), 'base64url').slice(0, 22)}` };
}

/** Which lines of the minutes of these lines were counted. Strongly consistent, the version before the ids. */
export async function readSeen(table: Table, { pk }: SeenStream, lines: readonly UsageLine[]): Promise<Seen> {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: { pk, sk: 'HEAD' }, ConsistentRead: true }));
  if (!Item) return { version: 0, has: () => false };
  const minutes = lines.map(({ loggedAtMs }) => minuteOf(loggedAtMs)).sort();
  const items = await queryAll(table, {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
    ExpressionAttributeValues: { ':pk': pk, ':first': `MINUTE#${minutes[0]}`, ':last': `MINUTE#${minutes.at(-1)}$` },
    ConsistentRead: true,
  });
  const ids = new Set(items.flatMap((item) => [...unpackIds(item['ids'])]));
  return { version: z.int().min(1).parse(Item['version']), has: (id) => ids.has(shorten(id)) };
}

/** The writes that remember lines as counted, refused as `head` where the stream was counted since `version`. */
export function markSeen(table: Table, options: { stream: SeenStream; lines: readonly UsageLine[]; version: number; nowMs: number }): Write[] {
  const { stream: { pk }, lines, version, nowMs } = options;
  const purgeAt = Math.ceil((nowMs + seenDays * dayMs) / 1000);
  const minutes = Map.groupBy(lines, ({ loggedAtMs }) => minuteOf(loggedAtMs));
  return [
    { name: 'head', action: { Update: { TableName: table.name, Key: { pk, sk: 'HEAD' }, ...raise(version, purgeAt) } } },
    ...[...minutes].map(([minute, ofMinute]): Write => {
      const sk = `MINUTE#${minute}#${String(version + 1).padStart(12, '0')}`;
      return { name: 'seen', action: { Put: { TableName: table.name, Item: { pk, sk, ids: packIds(ofMinute), purgeAt } } } };
    }),
  ];
}

function raise(version: number, purgeAt: number) {
  const notCountedSince = version === 0 ? 'attribute_not_exists(pk)' : '#version = :read';
  return {
    // A day longer than any of its markers: they are not looked for without it.
    UpdateExpression: 'SET #version = :next, purgeAt = :purgeAt',
    ConditionExpression: notCountedSince,
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':next': version + 1, ':purgeAt': purgeAt + dayMs / 1000, ...(version === 0 ? {} : { ':read': version }) },
  };
}

/** Eight bytes of its SHA-256: of the lines of one stream and minute, one in 10^9 minutes with 60,000 has two alike. */
function shorten(id: string): string {
  return hash('sha256', id, 'hex').slice(0, 2 * idBytes);
}

function packIds(lines: readonly UsageLine[]): Uint8Array {
  return Buffer.from(lines.map(({ id }) => shorten(id)).join(''), 'hex');
}

function unpackIds(value: unknown): string[] {
  const bytes = z.instanceof(Uint8Array).parse(value);
  const text = Buffer.from(bytes).toString('hex');
  return text.match(/.{16}/g) ?? [];
}
