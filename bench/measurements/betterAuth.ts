import { betterAuthKeys } from '../compared/betterAuth.ts';
import { alternate } from '../measure/alternate.ts';
import type { Contender } from '../measure/alternate.ts';
import { report } from '../measure/finding.ts';
import type { Finding, Threshold } from '../measure/finding.ts';
import { ratiosOf, spreadOf } from '../measure/statistics.ts';
import { inTurns, issueKeys } from '../subject/keys.ts';
import { loadStubbed } from '../subject/load.ts';

// Verifications a second against @better-auth/api-key, in one process, 10,000 keys each. Calls of a library on both
// sides: a token in, a verdict out; no HTTP, no network.

const count = 10_000;
const keys = issueKeys(count);
const { verify, authorizerSources } = await loadStubbed(keys);
const sources = authorizerSources('strict');
const demand = { product: 'orders', environment: 'live', scopes: ['orders:read'], ip: '192.0.2.10' };

report([
  ...(await against('database', 1, { atLeast: 100 })),
  ...(await against('secondary-storage', 1, { atLeast: 30 })),
  ...(await against('secondary-storage', 100)),
]);

async function against(storage: 'database' | 'secondary-storage', owners: number, threshold?: Threshold): Promise<Finding[]> {
  const other = await betterAuthKeys({ storage, count, owners });
  const [nextOwn, nextOther] = [inTurns(keys.tokens), inTurns(other.tokens)];
  const gatewarden: Contender = {
    blockSize: 500,
    block: async (n) => {
      for (let i = 0; i < n; i += 1) if (!(await verify(nextOwn(), demand, sources)).valid) throw new Error('A verification was refused.');
    },
  };
  const betterAuth: Contender = { blockSize: 15, block: async (n) => { for (let i = 0; i < n; i += 1) await other.verify(nextOther()); } };
  const measured = await alternate({ gatewarden, betterAuth }, 80);
  const where = `better-auth, ${storage}, 10,000 keys of ${owners === 1 ? 'one owner' : `${owners} owners`}`;
  const ratio = { what: `throughput / ${where}`, value: ratiosOf(measured.betterAuth.us, measured.gatewarden.us), unit: 'x' } as const;
  return [
    { what: `a verification by ${where}`, value: spreadOf(measured.betterAuth.us), unit: 'µs' },
    threshold ? { ...ratio, threshold } : ratio,
  ];
}
