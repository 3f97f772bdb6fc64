import { randomBytes } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { bootstrapActor, operatorOrganization, rootKey } from '../../shared/bootstrap/bootstrap.ts';
import { rootTokenOf } from '../../shared/bootstrap/rootToken.ts';
import type { BootstrapRecord } from '../../shared/bootstrap/store.ts';
import { newId } from '../../shared/ids.ts';
import { changesBetween } from '../../shared/keys/changes.ts';
import { hashToken } from '../../shared/keys/hash.ts';
import type { MintedToken } from '../../shared/keys/issue.ts';
import { generateToken, maskToken, parseToken } from '../../shared/keys/token.ts';
import type { Write } from '../../shared/table.ts';
import { config } from '../config.ts';
import { bootstrapRecords, keysTableStores, nowMs, peppers } from '../dependencies.ts';
import { readEnv } from '../env.ts';
import type { BootstrapProperties } from './properties.ts';

const stores = { ...keysTableStores(), bootstrap: bootstrapRecords() };
const pepperStore = peppers();
const secret = { client: new SecretsManagerClient({}), secretArn: readEnv('ROOT_TOKEN_SECRET_ARN').ROOT_TOKEN_SECRET_ARN };

/**
 * Makes the operator's organization, when there is none, and one root key a generation. Running it again for a
 * generation that was done, or for an earlier one, changes nothing.
 */
export async function bootstrap(properties: BootstrapProperties): Promise<BootstrapRecord> {
  const { rootKeyGeneration: generation } = properties;
  const latest = await stores.bootstrap.latest();
  if (latest && latest.generation >= generation) return latest;
  const organizationId = latest?.organizationId ?? newId('org', randomBytes);
  const token = await rootTokenOf(secret, generation, () => generateToken(config.tokenPrefix, 'live', randomBytes).token);
  const key = rootKey({ organizationId, minted: await describeToken(token), generation, nowMs: nowMs() });
  const record = { generation, organizationId, rootKeyId: key.id };
  const created = { type: 'key.created', keyId: key.id, changes: changesBetween(null, key) } as const;
  const outcome = await stores.events.commit({
    organizationId,
    context: { actor: bootstrapActor, ip: null, userAgent: null, requestId: null },
    drafts: latest ? [created] : [{ type: 'organization.created' }, created],
    writes: [stores.bootstrap.claim(record), ...(latest ? stores.keys.create(key, null) : withOrganization(properties, record, key))],
  });
  if (outcome.done) return record;
  if (outcome.refusedBy === 'bootstrap') return bootstrap(properties);
  throw new Error(`The bootstrap was refused by the state of the ${outcome.refusedBy}.`);
}

/** The first key and its organization in one transaction, which allows no second action on the count of places. */
function withOrganization(
  properties: BootstrapProperties,
  { organizationId }: BootstrapRecord,
  key: ReturnType<typeof rootKey>,
): Write[] {
  const organization = operatorOrganization({
    id: organizationId,
    name: properties.organizationName,
    plan: properties.plan,
    products: properties.products,
    noticeDays: config.notices.defaultDays,
    nowMs: nowMs(),
  });
  return [...stores.organizations.create(organization, 1), ...stores.keys.createSuccessor(key)];
}

async function describeToken(token: string): Promise<MintedToken> {
  const parts = parseToken(config.tokenPrefix, token);
  if (!parts) throw new Error('The root token secret holds no token of this deployment.');
  const { version, pepper } = await pepperStore.current();
  return { keyId: parts.keyId, maskedToken: maskToken(token), tokenHash: hashToken(token, pepper), pepperVersion: version };
}
