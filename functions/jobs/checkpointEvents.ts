import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { KeyObject } from 'node:crypto';
import { signCheckpoint, signingKey } from '../../shared/events/checkpoint.ts';
import type { ListPlace } from '../../shared/indexPage.ts';
import { toIso } from '../../shared/time.ts';
import { keysTableStores, nowMs } from '../dependencies.ts';
import { readEnv } from '../env.ts';
import { log } from '../log.ts';

const { EVENT_SIGNING_SECRET_ARN } = readEnv('EVENT_SIGNING_SECRET_ARN');
const secrets = new SecretsManagerClient({});
const { organizations, eventLog, checkpoints } = keysTableStores();

/**
 * The daily job: signs where each organization's chain of events stands, so that what is left after TTL has deleted
 * the oldest still verifies. A chain that has not moved is not signed again; running twice does no harm.
 */
export async function handler(): Promise<{ organizations: number; signed: number }> {
  const key = await readSigningKey();
  let [seen, signed] = [0, 0];
  let after: ListPlace | null = null;
  for (let hasMore = true; hasMore; ) {
    const page: Awaited<ReturnType<typeof organizations.page>> = await organizations.page(after, 100);
    for (const { id } of page.rows) {
      seen += 1;
      signed += (await checkpoint(id, key)) ? 1 : 0;
    }
    after = page.rows.at(-1) ?? null;
    hasMore = page.hasMore;
  }
  log('INFO', 'checkpoints signed', { organizations: seen, signed });
  return { organizations: seen, signed };
}

async function checkpoint(organizationId: string, key: KeyObject): Promise<boolean> {
  const [{ sequence, hash }, latest] = await Promise.all([
    eventLog.head(organizationId),
    checkpoints.page(organizationId, null, 1),
  ]);
  if (sequence === 0 || latest.rows[0]?.sequence === sequence) return false;
  await checkpoints.put(signCheckpoint({ organizationId, sequence, hash, at: toIso(nowMs()) }, key));
  return true;
}

async function readSigningKey(): Promise<KeyObject> {
  const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: EVENT_SIGNING_SECRET_ARN }));
  return signingKey(SecretString);
}
