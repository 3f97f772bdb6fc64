import type { Accepted } from './stage.ts';
import { iso } from './oracle.ts';
import type { Oracle } from './oracle.ts';

/** Something that an address is to be told of a key. */
interface Expected {
  readonly kind: string;
  readonly keyId: string;
  readonly recipient: string;
  /** The date that it is about, or when it was done. */
  readonly atMs: number;
  readonly recordedMs: number;
  /** Position in the table's stream, for what is told from there. */
  readonly sequence: number | null;
  /** `again`: told, and may be told once more, as by a process that died or failed before it could note it. */
  state: 'waiting' | 'told' | 'again' | 'excused';
}

/** What was true when a process read it: what has changed since may still be told once. */
export interface Before {
  readonly oracle: Oracle;
  readonly nowMs: number;
}

const weekMs = 7 * 86_400_000;

const titles: readonly [RegExp, string][] = [
  [/^HAS EXPIRED: /, 'expired'],
  [/^EXPIRES SOON: /, 'expiring'],
  [/^DUE FOR ROTATION: /, 'rotation_due'],
  [/^CREATED: /, 'created'],
  [/^ROTATED: /, 'rotated'],
  [/^REVOKED: /, 'revoked'],
  [/^DEACTIVATED: /, 'deactivated'],
];

/** What mails must tell, and whether they have. */
export class Mailbox {
  readonly #oracle: Oracle;
  readonly #suppressed = new Set<string>();
  #expected: Expected[] = [];
  /** How many mails were accepted. */
  count = 0;

  constructor(oracle: Oracle) {
    this.#oracle = oracle;
  }

  expect(told: Omit<Expected, 'recipient' | 'state'>): void {
    for (const recipient of this.#oracle.recipients(told.keyId, this.#suppressed)) this.#expected.push({ ...told, recipient, state: 'waiting' });
  }

  suppress(recipient: string): void {
    this.#suppressed.add(recipient);
    this.#excuse((expected) => expected.recipient === recipient);
  }

  /** What has waited for a week is no news any more; TTL takes it away. */
  forgetOld(nowMs: number): void {
    this.#excuse(({ recordedMs }) => recordedMs + weekMs <= nowMs + 1000);
  }

  /** What waits and has ceased to be true need not be told. */
  forgetUntrue(nowMs: number): void {
    this.#excuse(({ kind, keyId, atMs }) => !this.#oracle.holds(kind, keyId, atMs, nowMs));
  }

  /** A mail that SES took. Throws where it tells what is not true, or what this address was told before. */
  accept({ mail, recipient, organizationId, process }: Accepted, nowMs: number, before: Before | null): void {
    this.count += 1;
    if (this.#suppressed.has(recipient)) throw new Error(`A mail to ${recipient}, which bounces.`);
    const lines = linesOf(mail.text);
    if (lines.length === 0) throw new Error(`A mail without a line:\n${mail.text}`);
    const told = lines.flatMap(({ kind, keyId }) => {
      const where = `${recipient} is told at ${iso(nowMs)} that ${keyId} is ${kind}`;
      if (this.#oracle.key(keyId).organizationId !== organizationId) throw new Error(`${where}, by another organization.`);
      const same = this.#expected.filter((one) => one.kind === kind && one.keyId === keyId && one.recipient === recipient);
      const open = same.filter(({ state }) => state === 'waiting' || state === 'again');
      const isTrue = (one: Expected) => this.#oracle.holds(kind, keyId, one.atMs, nowMs) || before?.oracle.holds(kind, keyId, one.atMs, before.nowMs) === true;
      if (!open.some(isTrue)) throw new Error(`${where}, ${same.length === 0 ? 'which nothing has brought' : 'again, or no longer true'}.`);
      // Of two sweeps at once, the one that mails may have read the outbox before the other put its own into it.
      return open.map((expected, index) => ({ expected, state: before !== null && index > 0 ? ('again' as const) : ('told' as const) }));
    });
    const dated = lines.filter(({ kind }) => kind !== 'deactivated').map(({ kind, keyId }) => `${kind} ${keyId}`);
    if (new Set(dated).size < dated.length) throw new Error(`A mail says the same twice:\n${mail.text}`);
    for (const { expected, state } of told) expected.state = state;
    process.onStruck = () => {
      for (const { expected } of told) expected.state = 'again';
    };
  }

  /** What should have been told; of the stream, what lies before a position. */
  untold(beforeSequence: number): string[] {
    return this.#expected
      .filter(({ state, sequence }) => state === 'waiting' && (sequence === null || sequence <= beforeSequence))
      .map(({ kind, keyId, recipient, atMs, recordedMs }) => `${recipient} of ${kind} ${keyId} ${iso(atMs)}, recorded ${iso(recordedMs)}`);
  }

  #excuse(isExcused: (expected: Expected) => boolean): void {
    for (const expected of this.#expected) {
      if ((expected.state === 'waiting' || expected.state === 'again') && isExcused(expected)) expected.state = 'excused';
    }
  }
}

/** What a mail says, read from its text: a title underlined, then one "Key:" a line. */
function linesOf(text: string): { kind: string; keyId: string }[] {
  let kind = '';
  const rows = text.split('\n');
  return rows.flatMap((row, index) => {
    const title = titles.find(([pattern]) => pattern.test(row) && rows[index + 1]?.startsWith('===='));
    if (title) kind = title[1];
    const keyId = /^ {2}Key: +(\S+)$/.exec(row)?.[1];
    return keyId === undefined ? [] : [{ kind, keyId }];
  });
}
