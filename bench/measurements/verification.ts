import type * as nodeCrypto from 'node:crypto';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { alternate } from '../measure/alternate.ts';
import type { Contender } from '../measure/alternate.ts';
import { exactly, report } from '../measure/finding.ts';
import type { Finding } from '../measure/finding.ts';
import { ratiosOf, spreadOf } from '../measure/statistics.ts';
import { bareMinimum } from '../subject/bareMinimum.ts';
import { requestWith } from '../subject/event.ts';
import { inTurns, issueKeys } from '../subject/keys.ts';
import type { IssuedKeys } from '../subject/keys.ts';

// Verification with the store stubbed against the least that checks a token at all; and what a malformed token costs.

/** HMACs that were begun; counted only by the instance that `counts` loads, so that timings are of the real thing. */
let hmacs = 0;

const keys = issueKeys(10_000);
report([...(await timings(keys)), ...(await counts(keys))]);

async function timings(keys: IssuedKeys): Promise<Finding[]> {
  const { verification, malformedVerification, authorizer, malformedRequest } = await subjects(keys);
  const bare = bareMinimum(keys);
  const next = inTurns(keys.tokens);
  const measured = await alternate(
    {
      bare: { blockSize: 200, block: (n) => { for (let i = 0; i < n; i += 1) if (!bare(next())) throw new Error('The bare minimum refused.'); } },
      verification,
      malformedVerification,
      authorizer,
      malformedRequest,
    },
    300,
  );
  const cpu = (name: keyof typeof measured) => measured[name].us;
  const ratio = (of: keyof typeof measured, over: keyof typeof measured) => ratiosOf(cpu(of), cpu(over));
  return [
    { what: 'bare minimum, CPU', value: spreadOf(cpu('bare')), unit: 'µs' },
    { what: 'verification (verify + policy), CPU', value: spreadOf(cpu('verification')), unit: 'µs' },
    { what: 'whole authorizer (headers, routes, verification, context, log), CPU', value: spreadOf(cpu('authorizer')), unit: 'µs' },
    { what: 'verification / bare minimum', value: ratio('verification', 'bare'), unit: 'x', threshold: { atMost: 2 } },
    { what: 'whole authorizer / bare minimum', value: ratio('authorizer', 'bare'), unit: 'x' },
    { what: 'malformed token / verification', value: ratio('malformedVerification', 'verification'), unit: 'x', threshold: { atMost: 0.5 } },
    { what: 'malformed token / verification, whole authorizer with its refusal line', value: ratio('malformedRequest', 'authorizer'), unit: 'x' },
  ];
}

async function subjects(keys: IssuedKeys) {
  const { loadStubbed } = await import('../subject/load.ts');
  const { handler, verify, policy, authorizerSources } = await loadStubbed(keys);
  const sources = authorizerSources('strict');
  const demand = { product: 'orders', environment: 'live', scopes: ['orders:read'], ip: '192.0.2.10' };
  const next = inTurns(keys.tokens);
  const { methodArn } = requestWith('');
  return {
    verification: inBlocks(async () => {
      const verdict = await verify(next(), demand, sources);
      if (!verdict.valid) throw new Error(`A verification was refused: ${verdict.code}.`);
      policy('Allow', { methodArn, principalId: verdict.key.id, context: { keyId: verdict.key.id, organizationId: verdict.key.organizationId } });
    }),
    malformedVerification: inBlocks(async () => {
      if ((await verify(damaged(next()), demand, sources)).valid) throw new Error('A damaged token passed.');
    }),
    authorizer: inBlocks(async () => {
      await handler(requestWith(next()));
    }),
    malformedRequest: inBlocks(async () => {
      await handler(requestWith(damaged(next()))).then(() => { throw new Error('A damaged token passed.'); }, () => {});
    }),
  };
}

function inBlocks(operation: () => Promise<void>): Contender {
  return { blockSize: 200, block: async (n) => { for (let i = 0; i < n; i += 1) await operation(); } };
}

/** Right in its form, wrong in its checksum: the most that a malformed token can cost. */
function damaged(token: string): string {
  const digit = token[30] === '0' ? '1' : '0';
  return `${token.slice(0, 30)}${digit}${token.slice(31)}`;
}

async function counts(keys: IssuedKeys): Promise<Finding[]> {
  countHmacs();
  const { loadStubbed } = await import('../subject/load.ts');
  // Another instance, which meets the counting functions.
  const { handler, stub } = await loadStubbed(keys, '?counted');
  const [token = ''] = keys.tokens;
  await handler(requestWith(token));
  const of = async (request: () => Promise<unknown>) => {
    const before = { hmacs, keyReads: stub.keyReads };
    for (let i = 0; i < 100; i += 1) await request().catch(() => {});
    return { hmacs: (hmacs - before.hmacs) / 100, keyReads: (stub.keyReads - before.keyReads) / 100 };
  };
  const valid = await of(() => handler(requestWith(token)));
  const malformed = await of(() => handler(requestWith(damaged(token))));
  const one = { atMost: 1 };
  const none = { atMost: 0 };
  return [
    { what: 'reads of a valid token', value: exactly(valid.keyReads), unit: 'reads', threshold: one },
    { what: 'HMACs of a valid token', value: exactly(valid.hmacs), unit: 'calls', threshold: { atLeast: 1 } },
    { what: 'reads of a malformed token', value: exactly(malformed.keyReads), unit: 'reads', threshold: none },
    { what: 'HMACs of a malformed token', value: exactly(malformed.hmacs), unit: 'calls', threshold: none },
  ];
}

/** By whichever of Node's functions it is made: `createHmac`, or `hash` twice. */
function countHmacs(): void {
  const crypto = createRequire(import.meta.url)('node:crypto') as typeof nodeCrypto;
  const { createHmac, hash } = crypto;
  crypto.createHmac = (...given) => {
    hmacs += 1;
    return createHmac(...given);
  };
  crypto.hash = ((...given: Parameters<typeof hash>) => {
    hmacs += 0.5;
    return hash(...given);
  }) as typeof hash;
  syncBuiltinESMExports();
}
