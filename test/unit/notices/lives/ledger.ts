import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { GatewardenEvent } from '../../../../shared/events/event.ts';
import type { Expectation } from './changes.ts';
import { Mailbox } from './mailbox.ts';
import { iso, Oracle } from './oracle.ts';
import type { Told } from './oracle.ts';
import { stage } from './stage.ts';

const announcements: Readonly<Record<string, Told['kind']>> = { 'key.expiring': 'expiring', 'key.expired': 'expired', 'key.rotation_due': 'rotation_due' };
const doings: Readonly<Record<string, string>> = { 'key.created': 'created', 'key.rotated': 'rotated', 'key.revoked': 'revoked', 'key.deactivated': 'deactivated' };

/** What was committed, in its order, as the oracle and the mailbox learn of it: whatever nobody asked for, or was not due, throws. */
export class Ledger {
  readonly oracle = new Oracle();
  readonly mailbox = new Mailbox(this.oracle);
  readonly events: GatewardenEvent[] = [];
  /** In the order in which they were issued. */
  readonly keyIds: string[] = [];
  /** What the change that is being made is to leave. */
  expected = new Map<string, Expectation['events'] extends ReadonlyMap<string, infer Apply> ? Apply : never>();
  /** When the sweeps began that are at work. */
  sweptAtMs: number[] = [];
  readonly #purged = new Map<string, 'unrecorded' | 'recorded'>();
  #seen = '0';

  /** Keys that TTL has deleted and no event tells of. */
  get unrecordedPurges(): string[] {
    return [...this.#purged].filter(([, state]) => state === 'unrecorded').map(([keyId]) => keyId);
  }

  /** Goes on to what is committed by now. */
  follow(): void {
    for (const { eventName, dynamodb } of stage.database.streams.read('keys', this.#seen, 100_000)) {
      this.#seen = dynamodb.SequenceNumber;
      const { pk, sk } = dynamodb.Keys;
      if (eventName === 'REMOVE' && sk?.S === 'KEY') this.#observePurge(pk?.S?.slice('KEY#'.length) ?? '');
      if (eventName !== 'INSERT' || !sk?.S?.startsWith('EVENT#')) continue;
      const { pk: _pk, sk: _sk, gsi1pk: _gsi1pk, gsi1sk: _gsi1sk, purgeAt: _purgeAt, ...event } = unmarshall(dynamodb.NewImage as never);
      this.events.push(event as GatewardenEvent);
      this.#observeEvent(event as GatewardenEvent, Number(dynamodb.SequenceNumber));
    }
  }

  #observePurge(keyId: string): void {
    const key = this.oracle.key(keyId);
    if (this.oracle.purgeMs(key) > stage.nowMs) throw new Error(`Deleted at ${iso(stage.nowMs)}, before its time: ${keyId}`);
    key.isPurged = true;
    this.#purged.set(keyId, 'unrecorded');
  }

  #observeEvent(event: GatewardenEvent, sequence: number): void {
    const { type, keyId = '', at } = event;
    if (!type.startsWith('key.')) return;
    if (type === 'key.purged') this.#observePurged(keyId);
    else if (event.actor.id === 'sweep') this.#observeAnnouncement(event);
    else this.#observeChange(event);
    const isSuccessor = type === 'key.created' && this.oracle.key(keyId).replaces !== null;
    const kind = doings[type];
    if (kind !== undefined && !isSuccessor) this.mailbox.expect({ kind, keyId, atMs: Date.parse(at), recordedMs: stage.nowMs, sequence });
  }

  #observePurged(keyId: string): void {
    if (this.#purged.get(keyId) !== 'unrecorded') throw new Error(`Recorded as purged twice, or while it was there: ${keyId}`);
    this.#purged.set(keyId, 'recorded');
  }

  #observeAnnouncement({ type, keyId = '', changes = [] }: GatewardenEvent): void {
    const field = (name: string) => changes.find(({ field }) => field === name)?.to;
    const kind = announcements[type];
    if (kind === undefined) throw new Error(`No announcement: ${type}`);
    const days = field('noticeDays');
    const told: Told = { kind, keyId, atMs: Date.parse(String(field(kind === 'rotation_due' ? 'rotateBy' : 'expiresAt'))), days: typeof days === 'number' ? days : null };
    this.oracle.announce(told, this.sweptAtMs);
    const key = this.oracle.key(keyId);
    if (kind === 'expired') key.holdsPlace = false;
    if (this.oracle.organizationOf(key).mailOnExpiring) this.mailbox.expect({ ...told, recordedMs: stage.nowMs, sequence: null });
  }

  #observeChange({ type, keyId = '' }: GatewardenEvent): void {
    const apply = this.expected.get(type);
    if (!apply) throw new Error(`An event that nothing asked for: ${type} ${keyId}`);
    apply(keyId);
    if (type === 'key.created') this.keyIds.push(keyId);
    this.expected.delete(type);
  }
}
