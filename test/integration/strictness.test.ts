import { Agent } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { sendRaw } from '../support/http.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();
const agent = new Agent({ keepAlive: true, maxSockets: 32 });
afterAll(() => agent.destroy());

interface Watched {
  readonly id: string;
  readonly token: string;
  /** From when on no call may pass; undefined while the key is good. */
  endedAtMs: number | undefined;
}

interface Counts {
  passed: number;
  refused: number;
  /** Calls that started after the key's end had been answered. */
  startedAfter: number;
  readonly leaked: string[];
}

/** How a call with a token ends: true when it passes. */
type Call = (token: string) => Promise<boolean>;

const overHttp: Call = async (token) => (await sendRaw(`${system().exampleUrl}/whoami`, { headers: ['X-API-Key', token], agent })).status === 200;
const ofReadScope: Call = async (token) => (await sendRaw(`${system().exampleUrl}/orders?limit=1`, { headers: ['X-API-Key', token], agent })).status === 200;

/** Calls with one key after the other, until all have ended and `atLeast` calls were made, more than half of them after an end. */
async function hammer(watched: readonly Watched[], call: Call, { callers, atLeast, counts }: { callers: number; atLeast: number; counts: Counts }): Promise<void> {
  let started = 0;
  const runCaller = async (): Promise<void> => {
    while (started < atLeast || counts.startedAfter <= atLeast / 2 || watched.some(({ endedAtMs }) => endedAtMs === undefined)) {
      const key = watched[started % watched.length];
      started += 1;
      if (!key) throw new Error('There is no key to call with.');
      const hadEnded = key.endedAtMs !== undefined;
      const hasPassed = await call(key.token);
      counts[hasPassed ? 'passed' : 'refused'] += 1;
      if (hadEnded) counts.startedAfter += 1;
      if (hadEnded && hasPassed) counts.leaked.push(key.id);
    }
  };
  await Promise.all(Array.from({ length: callers }, runCaller));
}

async function issueMany(count: number): Promise<Watched[]> {
  const keys: Watched[] = [];
  for (let made = 0; made < count; made += 1) {
    const { key, token } = await system().issue();
    keys.push({ id: key.id, token, endedAtMs: undefined });
  }
  return keys;
}

type End = (keyId: string) => Promise<{ status: number }>;

/** Ends one key after the other, and notes when each end was answered; between two, calls pass, however slow the machine is. */
async function endAll(keys: readonly Watched[], end: End, counts: Counts): Promise<void> {
  for (const key of keys) {
    const enough = counts.passed + 2;
    while (counts.passed < enough) await setTimeout(1);
    expect((await end(key.id)).status).toBe(200);
    key.endedAtMs = performance.now();
  }
}

/** Calls with keys while they are being ended. */
async function endUnderCalls(keys: readonly Watched[], end: End, call: Call, load: { callers: number; atLeast: number }): Promise<Counts> {
  const counts: Counts = { passed: 0, refused: 0, startedAfter: 0, leaked: [] };
  await Promise.all([hammer(keys, call, { ...load, counts }), endAll(keys, end, counts)]);
  return counts;
}

const revoke = (keyId: string) => system().call('POST', `${system().keysPath}/${keyId}/revoke`, { body: { reason: 'compromised' } });
const patch = (body: object) => (keyId: string) => system().call('PATCH', `${system().keysPath}/${keyId}`, { body });

describe('no call that starts after the answer gets through', () => {
  it('of a revocation, in ten thousand calls', async () => {
    const keys = await issueMany(100);
    const counts = await endUnderCalls(keys, revoke, overHttp, { callers: 24, atLeast: 10_000 });
    expect(counts.leaked).toEqual([]);
    expect(counts.passed + counts.refused).toBeGreaterThanOrEqual(10_000);
    // Neither side of the line was empty: keys worked before, and were tried after.
    expect(counts.passed).toBeGreaterThan(100);
    expect(counts.startedAfter).toBeGreaterThan(5_000);
  });

  it('of a deactivation, or of a scope that was taken away', async () => {
    const [inactive, narrowed] = [await issueMany(20), await issueMany(20)];
    const first = await endUnderCalls(inactive, patch({ active: false }), overHttp, { callers: 12, atLeast: 1_000 });
    const second = await endUnderCalls(narrowed, patch({ scopes: [] }), ofReadScope, { callers: 12, atLeast: 1_000 });
    for (const { leaked, passed, startedAfter } of [first, second]) {
      expect(leaked).toEqual([]);
      expect(passed).toBeGreaterThan(20);
      expect(startedAfter).toBeGreaterThan(300);
    }
  });

  it('of a revocation that comes while its key is being switched on and off', async () => {
    const [key] = await issueMany(1);
    if (!key) throw new Error('No key was issued.');
    const toggles = Array.from({ length: 10 }, (_, index) => patch({ active: index % 2 === 0 })(key.id));
    const revoked = await revoke(key.id);
    expect(revoked.status).toBe(200);
    await Promise.all(toggles);
    expect(await overHttp(key.token)).toBe(false);
    expect((await system().call('GET', `${system().keysPath}/${key.id}`)).body.status).toBe('revoked');
  });
});
