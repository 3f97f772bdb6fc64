import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { KeyObject } from 'node:crypto';
import { signCheckpoint, signingKey } from '../../shared/events/checkpoint.ts';
import { followChain } from '../../shared/events/followChain.ts';
import type { ListPlace } from '../../shared/indexPage.ts';
import { dayMs, toIso } from '../../shared/time.ts';
import { config } from '../config.ts';
import { keysTableStores, nowMs } from '../dependencies.ts';
import { readEnv } from '../env.ts';
import { log } from '../log.ts';

const { EVENT_SIGNING_SECRET_ARN } = readEnv('EVENT_SIGNING_SECRET_ARN');
const secrets = new SecretsManagerClient({});
const { organizations, eventLog, checkpoints } = keysTableStores();

/**
 * The daily job: signs where each organization's chain of events stands, so that what is left after TTL has deleted
 * the oldest still verifies. What was written since the last checkpoint is followed first: a chain that was changed
 * past the code is not signed, and the run fails. A chain that has not moved is not signed again.
 */
export async function handler(): Promise<{ organizations: number; signed: number }> {
  const key = await readSigningKey();
  const broken: string[] = [];
  let [seen, signed] = [0, 0];
  let after: ListPlace | null = null;
  for (let hasMore = true; hasMore; ) {
    const page: Awaited<ReturnType<typeof organizations.page>> = await organizations.page(after, 100);
    for (const { id } of page.rows) {
      seen += 1;
      const outcome = await checkpoint(id, key);
      if (outcome === 'signed') signed += 1;
      if (outcome === 'broken') broken.push(id);
    }
    after = page.rows.at(-1) ?? null;
    hasMore = page.hasMore;
  }
  log('INFO', 'checkpoints signed', { organizations: seen, signed, broken });
  // A failed run: it is tried again, and then rests in the queue whose alarm someone reads.
  if (broken.length > 0) throw new Error(`The chain of events is broken in ${broken.join(', ')}; it was not signed.`);
  return { organizations: seen, signed };
}

async function checkpoint(organizationId: string, key: KeyObject): Promise<'signed' | 'unmoved' | 'broken'> {
  const [head, latest] = await Promise.all([eventLog.head(organizationId), checkpoints.page(organizationId, null, 1)]);
  const last = latest.rows[0] ?? null;
  if (head.sequence === 0 || last?.sequence === head.sequence) return 'unmoved';
  const fault = await followChain(eventLog, { organizationId, head, checkpoint: last, oldestKeptAt: toIso(nowMs() - config.events.retentionDays * dayMs) });
  if (fault !== null) {
    log('ERROR', 'the chain of events is broken', { organizationId, fault });
    return 'broken';
  }
  const { sequence, hash } = head;
  await checkpoints.put(signCheckpoint({ organizationId, sequence, hash, at: toIso(nowMs()) }, key));
  return 'signed';
}

async function readSigningKey(): Promise<KeyObject> {
  const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: EVENT_SIGNING_SECRET_ARN }));
  return signingKey(SecretString);
}
