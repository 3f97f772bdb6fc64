import { issueKey } from '../../../../functions/api/keys/issue.ts';
import { revokeKey } from '../../../../functions/api/keys/revoke.ts';
import { rotateKey } from '../../../../functions/api/keys/rotate.ts';
import { updateKey } from '../../../../functions/api/keys/update.ts';
import { Problem } from '../../../../shared/errors/problems.ts';
import { samplePrincipal } from '../../samples.ts';
import { iso } from './oracle.ts';
import type { KeyLife, Oracle } from './oracle.ts';
import type { Change } from './steps.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

const principal = samplePrincipal({ permissions: ['keys:write', 'keys:revoke', 'organization:write'] });
const context = { actor: { type: 'management_key' as const, id: principal.id, name: principal.name }, ip: null, userAgent: null, requestId: null };

/** What a change is expected to do: the events that record it, each with what it does to the keys, or the code of its refusal. */
export interface Expectation {
  readonly refusal: string | null;
  readonly events: ReadonlyMap<string, (keyId: string) => void>;
}

/** What a change must do, by the contract. Events go by their type. */
export function expectationOf(oracle: Oracle, change: Change, { organizationId, key, nowMs }: { organizationId: string; key: KeyLife; nowMs: number }): Expectation {
  switch (change.do) {
    case 'issue':
      return does({ 'key.created': (id) => oracle.keys.set(id, newKey({ id, organizationId, nowMs, ...change })) });
    case 'revoke':
      if (key.isPurged) return refused('not_found');
      return does(key.revokedMs === null ? { 'key.revoked': () => Object.assign(key, { revokedMs: nowMs, holdsPlace: false }) } : {});
    case 'rotate':
      return rotation(oracle, change, key, nowMs);
    case 'expiry':
      return patched(key, () => (same(key.expiresMs, inFuture(change.livesMs, nowMs)) ? {} : { 'key.updated': () => setExpiry(key, inFuture(change.livesMs, nowMs), nowMs) }));
    case 'rotateBy':
      return patched(key, () => (same(key.rotateMs, inFuture(change.rotateInMs, nowMs)) ? {} : { 'key.updated': () => (key.rotateMs = inFuture(change.rotateInMs, nowMs)) }));
    case 'active':
      return patched(key, () => (key.active === change.active ? {} : { [change.active ? 'key.activated' : 'key.deactivated']: () => (key.active = change.active) }));
  }
}

/** Asks the management API for it; answers the code of a refusal. */
export async function ask(change: Change, ids: { organizationId: string; keyId: string }, nowMs: number): Promise<string | null> {
  const request = { params: ids, query: undefined, headers: {}, principal, context, nowMs };
  try {
    await answerOf(change, request);
    return null;
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

type Asked = Omit<Parameters<typeof issueKey>[0], 'body' | 'headers'> & { readonly headers: Record<string, never> };

function answerOf(change: Change, request: Asked) {
  const { nowMs } = request;
  switch (change.do) {
    case 'issue': {
      const { livesMs, rotateInMs, owner } = change;
      const fields = { name: 'Checkout', product: 'orders', environment: 'live' as const, scopes: ['orders:read'], ...expiryOf(livesMs, nowMs) };
      return issueKey({ ...request, body: { ...fields, owner: owner === null ? null : { name: null, email: owner }, rotateBy: isoOrNull(inFuture(rotateInMs, nowMs)) } });
    }
    case 'revoke':
      return revokeKey({ ...request, headers: undefined, body: { reason: 'retired' } });
    case 'rotate': {
      const expiry = change.livesMs === 'as before' ? {} : expiryOf(change.livesMs, nowMs);
      return rotateKey({ ...request, body: { gracePeriodHours: change.graceHours, ...expiry } });
    }
    case 'expiry':
      return updateKey({ ...request, body: expiryOf(change.livesMs, nowMs) });
    case 'rotateBy':
      return updateKey({ ...request, body: { rotateBy: isoOrNull(inFuture(change.rotateInMs, nowMs)) } });
    case 'active':
      return updateKey({ ...request, body: { active: change.active } });
  }
}

function rotation(oracle: Oracle, change: Extract<Change, { do: 'rotate' }>, key: KeyLife, nowMs: number): Expectation {
  if (key.isPurged) return refused('not_found');
  if (key.revokedMs !== null) return refused('key_revoked');
  if (key.replacedBy !== null) return refused('key_already_rotated');
  if (key.expiresMs !== null && key.expiresMs <= nowMs) return refused('key_expired');
  const graceEndsMs = nowMs + change.graceHours * hourMs;
  const { expiresMs, createdMs, rotateMs } = key;
  const asBeforeMs = expiresMs === null ? null : nowMs + expiresMs - createdMs;
  const livesUntilMs = change.livesMs === 'as before' ? asBeforeMs : nowMs + change.livesMs;
  const predecessor = key.replaces === null ? undefined : oracle.keys.get(key.replaces);
  return does({
    'key.rotated': () => {
      if (expiresMs === null || graceEndsMs < expiresMs) Object.assign(key, { expiresMs: graceEndsMs, givenMs: nowMs });
      // One grace is free: a key that stands in for one that still lives, and is rotated itself, goes on counting.
      key.holdsPlace = oracle.isAlive(predecessor, nowMs);
    },
    'key.created': (id) => {
      key.replacedBy = id;
      const rotateInMs = rotateMs === null ? null : rotateMs - createdMs;
      const successor = newKey({ id, organizationId: key.organizationId, nowMs, livesMs: livesUntilMs === null ? null : livesUntilMs - nowMs, rotateInMs, owner: key.owner });
      oracle.keys.set(id, { ...successor, replaces: key.id, active: key.active });
    },
  });
}

function setExpiry(key: KeyLife, expiresMs: number | null, nowMs: number): void {
  const isLonger = key.expiresMs !== null && (expiresMs === null || expiresMs > key.expiresMs);
  Object.assign(key, { expiresMs, givenMs: nowMs, holdsPlace: key.holdsPlace || isLonger });
}

function newKey(options: { id: string; organizationId: string; nowMs: number; livesMs: number | null; rotateInMs: number | null; owner: string | null }): KeyLife {
  const { id, organizationId, nowMs, livesMs, rotateInMs, owner } = options;
  const dates = { createdMs: nowMs, expiresMs: inFuture(livesMs, nowMs), givenMs: nowMs, rotateMs: inFuture(rotateInMs, nowMs) };
  return { id, organizationId, ...dates, replaces: null, replacedBy: null, revokedMs: null, active: true, owner, holdsPlace: true, isPurged: false };
}

function patched(key: KeyLife, events: () => Record<string, () => unknown>): Expectation {
  if (key.isPurged) return refused('not_found');
  return key.revokedMs === null ? does(events()) : refused('key_revoked');
}

function does(events: Record<string, (keyId: string) => unknown>): Expectation {
  return { refusal: null, events: new Map(Object.entries(events)) as Expectation['events'] };
}

function refused(refusal: string): Expectation {
  return { refusal, events: new Map() };
}

/** Whole days by the number of days, all else by the date, so that both ways are walked. */
function expiryOf(livesMs: number | null, nowMs: number) {
  if (livesMs === null) return { neverExpires: true as const };
  return livesMs % dayMs === 0 ? { expiresInDays: livesMs / dayMs } : { expiresAt: iso(nowMs + livesMs) };
}

function inFuture(inMs: number | null, nowMs: number): number | null {
  return inMs === null ? null : nowMs + inMs;
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}

function same(a: number | null, b: number | null): boolean {
  return a === b;
}
