import { updateOrganization } from '../../../../functions/api/organizations/update.ts';
import { handler as sweepKeys } from '../../../../functions/jobs/sweepKeys.ts';
import { samplePrincipal } from '../../samples.ts';
import { ask, expectationOf } from './changes.ts';
import { stores } from './functions.ts';
import type { Before } from './mailbox.ts';
import { Ledger } from './ledger.ts';
import { iso } from './oracle.ts';
import type { KeyLife } from './oracle.ts';
import { founded, organizationIds } from './organizations.ts';
import { currentProcess, interleave, Process, runIn } from './processes.ts';
import { stage } from './stage.ts';
import type { Change, Step } from './steps.ts';
import { Streams } from './streams.ts';

const claimMs = 5 * 60_000;

/** The functions over one store, and the ledger that follows what they commit. */
export class World {
  readonly ledger = new Ledger();
  readonly oracle = this.ledger.oracle;
  readonly mailbox = this.ledger.mailbox;
  readonly #streams = new Streams();
  #before: Before | null = null;
  #wrongMail: unknown;
  /** Until when a process that failed may still hold the right to mail someone. */
  #claimedUntilMs = 0;
  /** Mails may wait for a sweep. */
  #mailsWait = false;

  async begin(startMs: number): Promise<void> {
    await stage.begin(startMs);
    stage.onAccepted = (accepted) => {
      try {
        this.ledger.follow();
        this.mailbox.accept(accepted, stage.nowMs, this.#before);
      } catch (error) {
        // Not for the function that mails, which would make a failure of SES of it.
        this.#wrongMail ??= error;
      }
    };
    for (const organization of await founded(stage.nowMs)) this.oracle.organizations.set(organization.id, organization);
    this.ledger.follow();
  }

  async take(step: Step): Promise<void> {
    stage.mails = 'mails' in step ? step.mails : 'up';
    const [done] = await Promise.allSettled([this.#do(step)]);
    if (this.#wrongMail !== undefined) throw this.#wrongMail;
    if (done.status === 'rejected') throw done.reason;
    this.ledger.follow();
    this.mailbox.forgetUntrue(stage.nowMs);
    this.ledger.sweptAtMs = [];
    this.#before = null;
  }

  /** Everything due is announced and told, at this time and once no claim is left of a process that died. */
  async settle(): Promise<void> {
    await this.take({ do: 'stream', fault: null, mails: 'up' });
    await this.take({ do: 'sweep', fault: null, mails: 'up' });
    await this.take({ do: 'wait', ms: claimMs + 60_000 });
    await this.take({ do: 'sweep', fault: null, mails: 'up' });
    const untold = this.mailbox.untold(Number.POSITIVE_INFINITY);
    if (untold.length > 0) throw new Error(`Never told: ${untold.join('; ')}`);
  }

  #do(step: Step): Promise<void> {
    switch (step.do) {
      case 'wait':
        return this.#wait(step.ms);
      case 'waitForNext': {
        const next = this.oracle.nextMoment(stage.nowMs);
        return this.#wait(next === undefined ? 0 : Math.max(0, next + step.beyondMs - stage.nowMs));
      }
      case 'policy':
        return this.#setPolicy(step);
      case 'suppress':
        return this.#suppress(step.recipient);
      case 'sweep':
        return this.#sweepAlone(step);
      case 'stream':
        return this.#deliverStream(step);
      case 'together':
        return this.#together(step);
      case 'ttl':
        return this.#runTtl();
      default:
        return this.#change(step);
    }
  }

  /** The stream is read within seconds: before time passes, and before anyone is told otherwise. */
  async #wait(ms: number): Promise<void> {
    await this.#deliverStream({ fault: null });
    stage.nowMs += ms;
  }

  async #setPolicy({ organization: number, noticeDays, mailOnExpiring }: Extract<Step, { do: 'policy' }>): Promise<void> {
    await this.#deliverStream({ fault: null });
    const organizationId = organizationIds[number] ?? '';
    const organization = this.oracle.organizations.get(organizationId);
    const principal = samplePrincipal({ permissions: ['organization:write'] });
    const context = { actor: { type: principal.type, id: principal.id, name: principal.name }, ip: null, userAgent: null, requestId: null };
    await updateOrganization({ params: { organizationId }, query: undefined, headers: {}, principal, context, nowMs: stage.nowMs, body: { policy: { noticeDays: [...noticeDays], mailOn: { expiring: mailOnExpiring } } } });
    if (!organization) return;
    organization.noticeDays = new Map(noticeDays.map((days) => [days, organization.noticeDays.get(days) ?? stage.nowMs]));
    organization.mailOnExpiring = mailOnExpiring;
  }

  async #suppress(email: string): Promise<void> {
    await this.#deliverStream({ fault: null });
    this.mailbox.suppress(email);
    await stores.suppressions.put({ email, reason: 'bounce', at: iso(stage.nowMs) });
  }

  async #change(change: Change): Promise<void> {
    const key = 'key' in change ? this.#keyOf(change.key) : undefined;
    const organizationId = key?.organizationId ?? organizationIds['organization' in change ? change.organization : 0] ?? '';
    if (key === undefined && change.do !== 'issue') return;
    const { refusal: due, events } = expectationOf(this.oracle, change, { organizationId, key: key ?? noKey, nowMs: stage.nowMs });
    this.ledger.expected = new Map(events);
    const refusal = await ask(change, { organizationId, keyId: key?.id ?? '' }, stage.nowMs);
    this.ledger.follow();
    if (refusal !== due) throw new Error(`${JSON.stringify(change)} was answered ${refusal}, not ${due}`);
    if (this.ledger.expected.size > 0) throw new Error(`${JSON.stringify(change)} left no ${[...this.ledger.expected.keys()].join()}`);
  }

  #keyOf(number: number | 'due'): KeyLife | undefined {
    const { keyIds } = this.ledger;
    const id = number === 'due' ? this.oracle.lastDue(stage.nowMs) : keyIds[number % Math.max(1, keyIds.length)];
    return id === undefined ? undefined : this.oracle.key(id);
  }

  async #sweepAlone({ fault, mails }: Extract<Step, { do: 'sweep' }>): Promise<void> {
    const process = new Process(fault);
    try {
      await this.#sweep(process);
    } catch (error) {
      if (!process.isStruck) throw error;
    }
    this.ledger.follow();
    this.#noteTrouble(process, mails);
    if (process.isStruck) return;
    const unannounced = this.oracle.unannounced(stage.nowMs);
    if (unannounced.length > 0) throw new Error(`Swept at ${iso(stage.nowMs)}, not announced: ${unannounced.join('; ')}`);
    if (mails !== 'up' || stage.nowMs <= this.#claimedUntilMs) return;
    this.#assertTold();
    this.#mailsWait = false;
  }

  async #sweep(process: Process): Promise<void> {
    this.ledger.sweptAtMs.push(stage.nowMs);
    await runIn(process, () => sweepKeys());
  }

  async #deliverStream({ fault, mails = 'up' }: { fault: Extract<Step, { do: 'stream' }>['fault']; mails?: typeof stage.mails }): Promise<void> {
    const process = new Process(fault);
    await this.#streams.deliver(process);
    this.ledger.follow();
    this.#noteTrouble(process, mails);
    if (process.isStruck) return;
    const unrecorded = this.ledger.unrecordedPurges;
    if (unrecorded.length > 0) throw new Error(`Deleted by TTL, but not recorded as purged: ${unrecorded.join()}`);
    if (mails === 'up' && !this.#mailsWait) this.#assertTold();
  }

  #noteTrouble({ isStruck }: Process, mails: typeof stage.mails): void {
    if (isStruck) this.#claimedUntilMs = stage.nowMs + claimMs;
    if (isStruck || mails !== 'up') this.#mailsWait = true;
  }

  #assertTold(): void {
    const untold = this.mailbox.untold(this.#streams.toldUntil);
    if (untold.length > 0) throw new Error(`Not told at ${iso(stage.nowMs)}: ${untold.join('; ')}`);
  }

  async #together({ second, turns, gapMs }: Extract<Step, { do: 'together' }>): Promise<void> {
    this.#before = { oracle: this.oracle.copy(), nowMs: stage.nowMs };
    const beside = async (): Promise<void> => {
      if (second === 'sweep') await this.#sweepBeside();
      else if (second === 'stream') await this.#streams.deliver(currentProcess());
      else await this.#change(second);
    };
    this.#mailsWait = true;
    await interleave([() => this.#sweepBeside(), beside], turns, () => (stage.nowMs += gapMs));
  }

  async #sweepBeside(): Promise<void> {
    this.ledger.sweptAtMs.push(stage.nowMs);
    await sweepKeys();
  }

  async #runTtl(): Promise<void> {
    await this.#deliverStream({ fault: null });
    this.mailbox.forgetOld(stage.nowMs);
    stage.deleteWhatTtlSays();
    this.ledger.follow();
    const left = [...this.oracle.keys.values()].filter((key) => !key.isPurged && this.oracle.purgeMs(key) <= stage.nowMs - 1000);
    if (left.length > 0) throw new Error(`TTL has left ${left.map(({ id }) => id).join()} at ${iso(stage.nowMs)}`);
  }
}

const noKey = {} as KeyLife;
