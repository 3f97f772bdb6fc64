import { betterAuthKeys } from '../compared/betterAuth.ts';
import { leasedLimiter } from '../compared/leasedLimiter.ts';
import { alternate } from '../measure/alternate.ts';
import type { Contender, Timings } from '../measure/alternate.ts';
import { exactly, report } from '../measure/finding.ts';
import type { Finding } from '../measure/finding.ts';
import { ratiosOf, spreadOf } from '../measure/statistics.ts';
import { bareMinimum } from '../subject/bareMinimum.ts';
import { inTurns, issueKeys } from '../subject/keys.ts';
import type { IssuedKeys } from '../subject/keys.ts';
import { loadStubbed } from '../subject/load.ts';

// How verification, better-auth and the limiter grow with the number of keys. Stores are in memory: a Map for ours,
// SQLite for better-auth; DynamoDB itself reads by primary key in a time that does not hang on the number of items.

const sizes = { ten: 10, tenThousand: 10_000, million: 1_000_000 } as const;
type Size = keyof typeof sizes;
const names = Object.keys(sizes) as Size[];
const written = { ten: '10', tenThousand: '10,000', million: '1,000,000' };

report([...(await verification()), ...(await betterAuth()), ...(await limiter())]);

async function verification(): Promise<Finding[]> {
  const first = issueKeys(sizes.ten);
  const { verify, authorizerSources, stub } = await loadStubbed(first);
  const sources = authorizerSources('strict');
  const demand = { product: 'orders', environment: 'live', scopes: ['orders:read'], ip: '192.0.2.10' };
  const measured = await ofEachSize((size) => {
    const keys = issueKeys(size, first.pepper);
    const next = inTurns(keys.tokens);
    return async (n) => {
      stub.records = keys.records;
      for (let i = 0; i < n; i += 1) if (!(await verify(next(), demand, sources)).valid) throw new Error('A verification was refused.');
    };
  }, { blockSize: 200, rounds: 200 });
  return [...grown('a verification', measured), ...grown('the bare minimum, the same Maps', await bare(first))];
}

/** Checks a token and looks it up in the Map, no more: what of the growth is the stubbed store's. */
async function bare(first: IssuedKeys): Promise<Record<Size, Timings>> {
  return ofEachSize((size) => {
    const keys = issueKeys(size, first.pepper);
    const check = bareMinimum(keys);
    const next = inTurns(keys.tokens);
    return async (n) => {
      for (let i = 0; i < n; i += 1) if (!check(next())) throw new Error('The bare minimum refused.');
    };
  }, { blockSize: 200, rounds: 100 });
}

async function betterAuth(): Promise<Finding[]> {
  const subjects = { ten: await subjectOf(sizes.ten), tenThousand: await subjectOf(sizes.tenThousand), million: await subjectOf(sizes.million) };
  const bySize = new Map(names.map((name) => [sizes[name] as number, subjects[name]]));
  const measured = await ofEachSize((size) => async (n) => {
    const subject = bySize.get(size);
    for (let i = 0; i < n; i += 1) await subject?.verify(subject.next());
  }, { blockSize: 10, rounds: 40 });
  return grown('a verification by better-auth on SQLite', measured);
}

async function subjectOf(count: number) {
  const { verify, tokens } = await betterAuthKeys({ storage: 'database', count, owners: Math.ceil(count / 100) });
  return { verify, next: inTurns(tokens) };
}

async function limiter(): Promise<Finding[]> {
  const rounds = 40;
  const blockSize = 2_000;
  const writesOf = new Map<number, () => number>();
  const measured = await ofEachSize((size) => {
    const counters = new Map<string, number>();
    const { take, writes } = leasedLimiter({ updateItem: async (input) => {
      const key = input.Key['pk']?.S ?? '';
      const used = (counters.get(key) ?? 0) + Number(input.ExpressionAttributeValues[':n']?.N);
      counters.set(key, used);
      return { Attributes: { used: { N: String(used) } } };
    } }, { limit: 100_000_000, windowSec: 3600 });
    writesOf.set(size, writes);
    let at = 0;
    return async (n) => {
      for (let i = 0; i < n; i += 1) {
        at = (at + 7919) % size;
        if (!(await take(`key_${at}`))) throw new Error('A request within the limit was refused.');
      }
    };
  }, { blockSize, rounds });
  const requests = blockSize * (rounds + Math.ceil(rounds / 4));
  const writes = names.map((name): Finding => ({
    what: `writes a request over ${written[name]} keys, ${requests} requests in all`,
    value: exactly((writesOf.get(sizes[name])?.() ?? 0) / requests),
    unit: 'writes',
  }));
  return [...grown("a request's limit, store in memory", measured), ...writes];
}

async function ofEachSize(
  blockOf: (size: number) => (n: number) => Promise<void>,
  { blockSize, rounds }: { blockSize: number; rounds: number },
): Promise<Record<Size, Timings>> {
  const contender = (name: Size): Contender => ({ blockSize, block: blockOf(sizes[name]) });
  return alternate({ ten: contender('ten'), tenThousand: contender('tenThousand'), million: contender('million') }, rounds);
}

function grown(what: string, measured: Record<Size, Timings>): Finding[] {
  const times = names.map((name): Finding => ({ what: `${what}, ${written[name]} keys`, value: spreadOf(measured[name].us), unit: 'µs' }));
  return [...times, { what: `${what}, 1,000,000 / 10 keys`, value: ratiosOf(measured.million.us, measured.ten.us), unit: 'x' }];
}
