const dayMs = 86_400_000;

/** A key as its life so far must have left it. */
export interface KeyLife {
  readonly id: string;
  readonly organizationId: string;
  readonly createdMs: number;
  expiresMs: number | null;
  /** When `expiresMs` was given. */
  givenMs: number;
  rotateMs: number | null;
  readonly replaces: string | null;
  replacedBy: string | null;
  revokedMs: number | null;
  active: boolean;
  readonly owner: string | null;
  holdsPlace: boolean;
  isPurged: boolean;
}

export interface OrganizationLife {
  readonly id: string;
  /** Days ahead, and since when they are announced. */
  noticeDays: ReadonlyMap<number, number>;
  readonly noticeEmails: readonly string[];
  readonly superadmins: readonly string[];
  mailOnExpiring: boolean;
}

/** A warning, an end or a rotation that fell due. `days` is null for the latter two. */
export interface Told {
  readonly kind: 'expiring' | 'expired' | 'rotation_due';
  readonly keyId: string;
  readonly atMs: number;
  readonly days: number | null;
}

/** What was to be announced of keys, by the words of the promise alone: literal days, plain comparisons, no index and no state of a sweep. */
export class Oracle {
  readonly keys = new Map<string, KeyLife>();
  readonly organizations = new Map<string, OrganizationLife>();
  readonly #announced = new Map<string, Told>();

  key(id: string): KeyLife {
    const key = this.keys.get(id);
    if (!key) throw new Error(`The oracle knows no key ${id}.`);
    return key;
  }

  /** As it is now, for a look back. */
  copy(): Oracle {
    const copy = new Oracle();
    for (const [id, key] of this.keys) copy.keys.set(id, { ...key });
    for (const [id, organization] of this.organizations) copy.organizations.set(id, organization);
    return copy;
  }

  organizationOf(key: KeyLife): OrganizationLife {
    const organization = this.organizations.get(key.organizationId);
    if (!organization) throw new Error(`The oracle knows no organization ${key.organizationId}.`);
    return organization;
  }

  /** An event of a sweep that began at one of these times: throws where nothing was due, or where it was announced before. */
  announce(told: Told, sweptAtMs: readonly number[]): void {
    const identity = identityOf(told);
    if (this.#announced.has(identity)) throw new Error(`Announced twice: ${identity}`);
    if (!sweptAtMs.some((nowMs) => this.#isDue(told, nowMs))) throw new Error(`Announced, but not due at ${sweptAtMs.map(iso).join(' or ')}: ${identity}`);
    this.#announced.set(identity, told);
  }

  /** What a sweep at this time, or one before it, must have announced and has not. */
  unannounced(nowMs: number): string[] {
    return [...this.keys.values()].flatMap((key) => {
      const { id: keyId, expiresMs, rotateMs } = key;
      if (isGone(key)) return [];
      if (expiresMs !== null && expiresMs <= nowMs) return this.#missing({ kind: 'expired', keyId, atMs: expiresMs, days: null });
      const rotation = rotateMs !== null && rotateMs <= nowMs && key.replacedBy === null ? this.#missing({ kind: 'rotation_due', keyId, atMs: rotateMs, days: null }) : [];
      return [...rotation, ...this.#unwarned(key, nowMs)];
    });
  }

  /** The nearest warning that has passed since it and the expiry were set stands for those further ahead. */
  #unwarned(key: KeyLife, nowMs: number): string[] {
    const { id: keyId, expiresMs } = key;
    if (expiresMs === null) return [];
    const since = this.organizationOf(key).noticeDays;
    const passed = this.#passed(key, nowMs).filter((days) => (since.get(days) ?? 0) <= expiresMs - days * dayMs);
    const nearest = Math.min(...passed);
    const isWarned = [...this.#announced.values()].some((told) => told.kind === 'expiring' && told.keyId === keyId && told.atMs === expiresMs && (told.days ?? 0) <= nearest);
    return passed.length === 0 || isWarned ? [] : [identityOf({ kind: 'expiring', keyId, atMs: expiresMs, days: nearest })];
  }

  /** Days ahead whose moment lies behind, and after the giving of the expiry. */
  #passed(key: KeyLife, nowMs: number): number[] {
    const { expiresMs, givenMs } = key;
    if (expiresMs === null || expiresMs <= nowMs) return [];
    return [...this.organizationOf(key).noticeDays.keys()].filter((days) => givenMs < expiresMs - days * dayMs && expiresMs - days * dayMs <= nowMs);
  }

  #isDue({ kind, keyId, atMs, days }: Told, nowMs: number): boolean {
    const key = this.key(keyId);
    if (isGone(key)) return false;
    if (kind === 'expired') return key.expiresMs === atMs && atMs <= nowMs;
    if (key.expiresMs !== null && key.expiresMs <= nowMs) return false;
    if (kind === 'rotation_due') return key.rotateMs === atMs && atMs <= nowMs && key.replacedBy === null;
    return key.expiresMs === atMs && Math.min(...this.#passed(key, nowMs)) === days;
  }

  #missing(told: Told): string[] {
    return this.#announced.has(identityOf(told)) ? [] : [identityOf(told)];
  }

  /** Whether it is still true of a key, so that a mail may say it. */
  holds(kind: string, keyId: string, atMs: number, nowMs: number): boolean {
    const key = this.keys.get(keyId);
    if (!key) return false;
    const isOver = isGone(key) || (key.expiresMs !== null && key.expiresMs <= nowMs);
    if (kind === 'expiring') return !isOver && key.expiresMs === atMs;
    if (kind === 'rotation_due') return !isOver && key.replacedBy === null && key.rotateMs === atMs;
    if (kind === 'expired') return !isGone(key) && key.expiresMs === atMs && atMs <= nowMs;
    return !key.isPurged;
  }

  /** Addresses to tell of a key: its owner, and whom its organization names; its superadmins, where no mail reaches any of those. */
  recipients(keyId: string, suppressed: ReadonlySet<string>): string[] {
    const key = this.key(keyId);
    const { noticeEmails, superadmins } = this.organizationOf(key);
    const reached = (addresses: readonly string[]) => addresses.map((address) => address.toLowerCase()).filter((address) => !suppressed.has(address));
    const named = reached(noticeEmails);
    return [...new Set([...reached(key.owner === null ? [] : [key.owner]), ...(named.length > 0 ? named : reached(superadmins))])];
  }

  /** When a key may be deleted: 90 days after its end. */
  purgeMs({ revokedMs, expiresMs }: KeyLife): number {
    return (revokedMs ?? expiresMs ?? Number.POSITIVE_INFINITY) + 90 * dayMs;
  }

  isAlive(key: KeyLife | undefined, nowMs: number): boolean {
    return key !== undefined && !isGone(key) && (key.expiresMs === null || nowMs < key.expiresMs);
  }

  /** The next moment at which something falls due. */
  nextMoment(nowMs: number): number | undefined {
    return this.#moments().map(({ atMs }) => atMs).filter((atMs) => atMs > nowMs).toSorted((a, b) => a - b)[0];
  }

  /** The key of which something has fallen due last. */
  lastDue(nowMs: number): string | undefined {
    return this.#moments().filter(({ atMs }) => atMs <= nowMs).toSorted((a, b) => b.atMs - a.atMs)[0]?.keyId;
  }

  #moments(): { keyId: string; atMs: number }[] {
    return [...this.keys.values()].filter((key) => !isGone(key)).flatMap((key) => {
      const { id: keyId, expiresMs, rotateMs } = key;
      const days = expiresMs === null ? [] : [0, ...this.organizationOf(key).noticeDays.keys()];
      return [...days.map((ahead) => (expiresMs ?? 0) - ahead * dayMs), ...(rotateMs === null ? [] : [rotateMs])].map((atMs) => ({ keyId, atMs }));
    });
  }
}

function isGone({ revokedMs, isPurged }: KeyLife): boolean {
  return revokedMs !== null || isPurged;
}

function identityOf({ kind, keyId, atMs, days }: Told): string {
  return `${kind} ${keyId} ${iso(atMs)}${days === null ? '' : ` ${days} days ahead`}`;
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}
