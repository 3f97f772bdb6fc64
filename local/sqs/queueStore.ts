import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { persisted } from '../persisted.ts';
import type { Persisted } from '../persisted.ts';

/** One queue of the templates. */
export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly retentionSec: number;
  readonly visibilityTimeoutSec: number;
}

/** A message to send. */
export interface NewMessage {
  readonly body: string;
  /** Text attributes by name. @default - none */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** What a queue holds of a message. */
export interface QueuedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly sentAt: string;
}

/** A message in the hands of one who asked for it. */
export interface ReceivedMessage extends QueuedMessage {
  readonly receiptHandle: string;
  readonly receiveCount: number;
}

/** The queues of the platform, by the platform's clock. */
export interface QueueStore {
  add(queue: Queue): void;
  /** By name, ARN or URL. */
  find(id: string): Queue | undefined;
  /** Answers the message's id; an unknown queue throws. */
  send(id: string, message: NewMessage): string;
  /** Up to `limit` messages that nobody else has in hand, oldest first, hidden from others for the visibility timeout. */
  receive(id: string, limit: number, visibilityTimeoutSec?: number): ReceivedMessage[];
  /** Of an old handle, nothing happens. */
  remove(id: string, receiptHandle: string): void;
  /** How many can be received, and how many are in hand. */
  count(id: string): { readonly visible: number; readonly inFlight: number };
  /** Every queue with all that it holds, oldest first. */
  list(): { readonly name: string; readonly arn: string; readonly messages: QueuedMessage[] }[];
}

const storedMessage = z.object({
  messageId: z.string(),
  body: z.string(),
  attributes: z.record(z.string(), z.string()),
  sentMs: z.number(),
  visibleMs: z.number(),
  receiveCount: z.number(),
  receiptHandle: z.string().nullable(),
});
type StoredMessage = z.infer<typeof storedMessage>;
const stateSchema = z.record(z.string(), z.array(storedMessage));

/** Queues whose messages outlive the process where there is a data folder. */
export function createQueueStore(options: { dataDir: string | undefined; nowMs: () => number }): QueueStore {
  return new PersistedQueues(options.nowMs, persisted({ dataDir: options.dataDir, name: 'queues', schema: stateSchema, initial: {} }));
}

class PersistedQueues implements QueueStore {
  readonly #nowMs: () => number;
  readonly #state: Persisted<z.infer<typeof stateSchema>>;
  readonly #queues = new Map<string, Queue>();

  constructor(nowMs: () => number, state: Persisted<z.infer<typeof stateSchema>>) {
    this.#nowMs = nowMs;
    this.#state = state;
  }

  add(queue: Queue): void {
    this.#queues.set(queue.name, queue);
  }

  find(id: string): Queue | undefined {
    return this.#queues.get(id) ?? [...this.#queues.values()].find(({ arn, url }) => arn === id || url === id);
  }

  send(id: string, { body, attributes = {} }: NewMessage): string {
    const messages = this.#messages(id);
    const nowMs = this.#nowMs();
    const messageId = randomUUID();
    messages.push({ messageId, body, attributes: { ...attributes }, sentMs: nowMs, visibleMs: nowMs, receiveCount: 0, receiptHandle: null });
    this.#state.save();
    return messageId;
  }

  receive(id: string, limit: number, visibilityTimeoutSec?: number): ReceivedMessage[] {
    const nowMs = this.#nowMs();
    const hiddenSec = visibilityTimeoutSec ?? this.#queue(id).visibilityTimeoutSec;
    const received = this.#messages(id).filter(({ visibleMs }) => visibleMs <= nowMs).slice(0, limit);
    for (const message of received) {
      message.visibleMs = nowMs + hiddenSec * 1000;
      message.receiveCount += 1;
      message.receiptHandle = randomUUID();
    }
    if (received.length > 0) this.#state.save();
    return received.map((message) => ({ ...shown(message), receiptHandle: message.receiptHandle ?? '', receiveCount: message.receiveCount }));
  }

  remove(id: string, receiptHandle: string): void {
    const messages = this.#messages(id);
    const index = messages.findIndex((message) => message.receiptHandle === receiptHandle);
    if (index === -1) return;
    messages.splice(index, 1);
    this.#state.save();
  }

  count(id: string): { visible: number; inFlight: number } {
    const nowMs = this.#nowMs();
    const messages = this.#messages(id);
    const visible = messages.filter(({ visibleMs }) => visibleMs <= nowMs).length;
    return { visible, inFlight: messages.length - visible };
  }

  list(): { name: string; arn: string; messages: QueuedMessage[] }[] {
    return [...this.#queues.values()].map(({ name, arn }) => ({ name, arn, messages: this.#messages(name).map(shown) }));
  }

  #queue(id: string): Queue {
    const queue = this.find(id);
    if (!queue) throw new Error(`There is no queue "${id}". Queues: ${[...this.#queues.keys()].join(', ') || 'none'}.`);
    return queue;
  }

  /** What the queue still holds: a message older than the retention is gone. */
  #messages(id: string): StoredMessage[] {
    const { name, retentionSec } = this.#queue(id);
    const oldestMs = this.#nowMs() - retentionSec * 1000;
    const kept = (this.#state.value[name] ?? []).filter(({ sentMs }) => sentMs >= oldestMs);
    this.#state.value[name] = kept;
    return kept;
  }
}

function shown({ messageId, body, attributes, sentMs }: StoredMessage): QueuedMessage {
  return { messageId, body, attributes, sentAt: new Date(sentMs).toISOString() };
}
