import { itemBytes } from './itemSize.ts';
import type { Change } from './table.ts';
import type { StreamViewType, WireItem } from './wire.ts';

/** One record of a table's stream, in the shape of a Lambda event (whose `eventSourceARN` the caller adds). */
export interface StreamRecord {
  eventID: string;
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  eventVersion: '1.1';
  eventSource: 'aws:dynamodb';
  awsRegion: string;
  dynamodb: {
    /** Epoch seconds. */
    ApproximateCreationDateTime: number;
    Keys: WireItem;
    NewImage?: WireItem;
    OldImage?: WireItem;
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: StreamViewType;
  };
  /** Set when the item went because its time to live was over. (GetRecords writes these names with a capital.) */
  userIdentity?: { type: 'Service'; principalId: 'dynamodb.amazonaws.com' };
}

/** The streams of all tables, for readers in this process. */
export interface StreamLog {
  /** The records of a table's stream after a sequence number (null: from the oldest that is kept), oldest first. */
  read(tableName: string, afterSequence: string | null, limit: number): StreamRecord[];
  /** The newest record's sequence number: a reader that starts behind it sees only what comes. Null: nothing yet. */
  latest(tableName: string): string | null;
  /** The ARN of the table's stream, if it has one. */
  arn(tableName: string): string | undefined;
  /** Calls the listener with a table's name after each commit that added records to its stream; returns the way to stop. */
  subscribe(listener: (tableName: string) => void): () => void;
}

/** As DynamoDB: a stream forgets after a day. By the wall clock, so that moving `now` loses nothing unread. */
export const STREAM_RETENTION_MS = 24 * 60 * 60 * 1000;
/** More than this are not kept, so that a load test does not fill the memory. */
const MAX_RECORDS = 200_000;

interface Kept {
  record: StreamRecord;
  sequence: number;
  keptAtMs: number;
}

/** The records of one table's stream, in commit order. */
export class TableStream {
  readonly arn: string;
  readonly label: string;
  readonly viewType: StreamViewType;
  #kept: Kept[] = [];

  constructor(arn: string, label: string, viewType: StreamViewType) {
    this.arn = arn;
    this.label = label;
    this.viewType = viewType;
  }

  add(record: StreamRecord, keptAtMs: number): void {
    this.#kept.push({ record, sequence: Number(record.dynamodb.SequenceNumber), keptAtMs });
    if (this.#kept.length > MAX_RECORDS) this.#kept = this.#kept.slice(MAX_RECORDS / 10);
  }

  after(sequence: number, limit: number): StreamRecord[] {
    let low = 0;
    for (let high = this.#kept.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if ((this.#kept[middle]?.sequence ?? 0) > sequence) high = middle;
      else low = middle + 1;
    }
    return this.#kept.slice(low, low + limit).map((kept) => kept.record);
  }

  get oldest(): StreamRecord | undefined {
    return this.#kept[0]?.record;
  }

  get newest(): StreamRecord | undefined {
    return this.#kept.at(-1)?.record;
  }

  forgetBefore(keptAtMs: number): void {
    const from = this.#kept.findIndex((kept) => kept.keptAtMs >= keptAtMs);
    if (from !== 0) this.#kept = from === -1 ? [] : this.#kept.slice(from);
  }

  /** All of it, for a rewritten journal. */
  entries(): { record: StreamRecord; keptAtMs: number }[] {
    return this.#kept.map(({ record, keptAtMs }) => ({ record, keptAtMs }));
  }
}

export interface RecordOrigin {
  sequence: number;
  atMs: number;
  region: string;
  isTimeToLive: boolean;
}

/** What a change looks like in a stream of this view type. */
export function streamRecord(change: Change, viewType: StreamViewType, origin: RecordOrigin): StreamRecord {
  const { before, after, table } = change;
  const images: Pick<StreamRecord['dynamodb'], 'NewImage' | 'OldImage'> = {};
  if (after !== undefined && viewType.startsWith('NEW')) images.NewImage = after;
  if (before !== undefined && viewType.endsWith('OLD_IMAGES')) images.OldImage = before;
  if (before !== undefined && viewType === 'OLD_IMAGE') images.OldImage = before;
  return {
    eventID: origin.sequence.toString(16).padStart(32, '0'),
    eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: origin.region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(origin.atMs / 1000),
      Keys: table.primaryKey(after ?? before ?? {}),
      ...images,
      SequenceNumber: sequenceNumber(origin.sequence),
      SizeBytes: Object.values(images).reduce((sum, image) => sum + itemBytes(image), 0),
      StreamViewType: viewType,
    },
    ...(origin.isTimeToLive ? { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } as const } : {}),
  };
}

/** 21 digits, the least that the Streams API documents. */
export function sequenceNumber(sequence: number): string {
  return String(sequence).padStart(21, '0');
}
