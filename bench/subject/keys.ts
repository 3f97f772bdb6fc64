import { randomBytes } from 'node:crypto';
import { hashToken } from '../../shared/keys/hash.ts';
import { generateToken } from '../../shared/keys/token.ts';
import type { OrganizationState, VerificationRecord } from '../../shared/keys/verificationRecord.ts';

/** Keys as a deployment holds them, all of one organization, and the tokens that were handed out for them. */
export interface IssuedKeys {
  readonly pepper: string;
  readonly tokens: readonly string[];
  readonly records: ReadonlyMap<string, VerificationRecord>;
}

export const organizationOn = (plan: 'unlimited' | 'busy'): OrganizationState => ({
  id: 'org_bench0000001',
  status: 'approved',
  plan,
  products: ['orders'],
  isOperator: false,
});

/** Makes `count` keys and keeps the tokens of at most 100,000 of them, spread evenly: nobody asks for all of a million. */
export function issueKeys(count: number, pepper = randomBytes(48).toString('base64url')): IssuedKeys {
  const expiresAt = new Date(Date.now() + 90 * 86_400_000).toISOString();
  const records = new Map<string, VerificationRecord>();
  const tokens: string[] = [];
  const keepEvery = Math.ceil(count / 100_000);
  for (let index = 0; index < count; index += 1) {
    const { token, keyId } = generateToken('gw', 'live', randomBytes);
    if (index % keepEvery === 0) tokens.push(token);
    records.set(keyId, { ...common, id: keyId, limitedAs: keyId, expiresAt, tokenHash: hashToken(token, pepper) });
  }
  return { pepper, tokens, records };
}

const common = {
  name: 'Order import',
  organizationId: 'org_bench0000001',
  product: 'orders',
  environment: 'live',
  scopes: ['orders:read', 'orders:write'],
  active: true,
  revokedAt: null,
  allowedIps: null,
  rateLimit: null,
  pepperVersion: '1',
};

/** Tokens, or what was made of them, in an order that no cache of the machine foresees, over and over. */
export function inTurns<T>(items: readonly T[]): () => T {
  const stride = 7919;
  let at = 0;
  return () => {
    at = (at + stride) % items.length;
    const item = items[at];
    if (item === undefined) throw new Error('There is nothing to take turns with.');
    return item;
  };
}
