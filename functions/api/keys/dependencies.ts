import { randomBytes } from 'node:crypto';
import { hashToken } from '../../../shared/keys/hash.ts';
import type { MintedToken } from '../../../shared/keys/issue.ts';
import { generateToken, maskToken } from '../../../shared/keys/token.ts';
import type { Environment } from '../../../shared/keys/token.ts';
import { config } from '../../config.ts';
import { keysTableStores, nowMs, peppers, verificationReads } from '../../dependencies.ts';

const pepperStore = peppers();

export const stores = keysTableStores();

/** Where `POST /keys/verify` reads: nothing is cached here. */
export const verificationSources = {
  tokenPrefix: config.tokenPrefix,
  plans: config.plans,
  peppers: pepperStore,
  ...verificationReads(),
  nowMs,
};

/** A new token, which leaves in the answer, and what the record keeps of it. */
export async function mint(environment: Environment): Promise<{ token: string; minted: MintedToken }> {
  const { token, keyId } = generateToken(config.tokenPrefix, environment, randomBytes);
  const { version, pepper } = await pepperStore.current();
  return {
    token,
    minted: { keyId, maskedToken: maskToken(token), tokenHash: hashToken(token, pepper), pepperVersion: version },
  };
}
