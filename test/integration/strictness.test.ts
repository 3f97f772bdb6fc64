import { Agent } from 'node:http';
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

/** Calls with one key after the other, until all have ended and `atLeast` calls were made. */
async function hammer(watched: readonly Watched[], call: Call, { callers, atLeast }: { callers: number; atLeast: number }): Promise<Counts> {
  const counts: Counts = { passed: 0, refused: 0, startedAfter: 0, leaked: [] };
  let started = 0;
  const runCaller = async (): Promise<void> => {
    while (started < atLeast || watched.some(({ endedAtMs }) => endedAtMs === undefined)) {
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
  return counts;
}

async function issueMany(count: number): Promise<Watched[]> {
  const keys: Watched[] = [];
  for (let made = 0; made < count; made += 1) {
    const { key, token } = await system().issue();
    keys.push({ id: key.id, token, endedAtMs: undefined });
  }
  return keys;
}

/** Ends one key after the other, and notes when each end was answered. */
async function endAll(keys: readonly Watched[], end: (keyId: string) => Promise<{ status: number }>): Promise<void> {
  for (const key of keys) {
    expect((await end(key.id)).status).toBe(200);
    key.endedAtMs = performance.now();
  }
}

const revoke = (keyId: string) => system().call('POST', `${system().keysPath}/${keyId}/revoke`, { body: { reason: 'compromised' } });
const patch = (body: object) => (keyId: string) => system().call('PATCH', `${system().keysPath}/${keyId}`, { body });

describe('no call that starts after the answer gets through', () => {
  it('of a revocation, in ten thousand calls', async () => {
    const keys = await issueMany(100);
    const [counts] = await Promise.all([hammer(keys, overHttp, { callers: 24, atLeast: 10_000 }), endAll(keys, revoke)]);
    expect(counts.leaked).toEqual([]);
    expect(counts.passed + counts.refused).toBeGreaterThanOrEqual(10_000);
    // Neither side of the line was empty: keys worked before, and were tried after.
    expect(counts.passed).toBeGreaterThan(100);
    expect(counts.startedAfter).toBeGreaterThan(5_000);
  }, 180_000);

  it('of a deactivation, or of a scope that was taken away', async () => {
    const [inactive, narrowed] = [await issueMany(20), await issueMany(20)];
    const [first] = await Promise.all([hammer(inactive, overHttp, { callers: 12, atLeast: 1_000 }), endAll(inactive, patch({ active: false }))]);
    const [second] = await Promise.all([hammer(narrowed, ofReadScope, { callers: 12, atLeast: 1_000 }), endAll(narrowed, patch({ scopes: [] }))]);
    for (const { leaked, passed, startedAfter } of [first, second]) {
      expect(leaked).toEqual([]);
      expect(passed).toBeGreaterThan(20);
      expect(startedAfter).toBeGreaterThan(300);
    }
  }, 120_000);

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
