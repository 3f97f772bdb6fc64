import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { environment } from './bundle.ts';
import { organizationOn } from './keys.ts';
import type { IssuedKeys } from './keys.ts';

export interface Store {
  /** Of DynamoDB. */
  readonly endpoint: string;
  /** Of the same, 2 ms away. */
  readonly distantEndpoint: string;
  readonly stop: () => void;
}

/** Starts the store in a process of its own, fills it with the keys and sets this process's environment to it. */
export async function startStore(keys: IssuedKeys): Promise<Store> {
  const file = fileURLToPath(new URL('storeProcess.ts', import.meta.url));
  const child = spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, PEPPER: keys.pepper } });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { dynamodb, distant, secretsManager } = JSON.parse(String(line)) as Record<'dynamodb' | 'distant' | 'secretsManager', string>;
  Object.assign(process.env, environment, { AWS_ENDPOINT_URL_DYNAMODB: dynamodb, AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager });
  await fill(dynamodb, keys);
  return { endpoint: dynamodb, distantEndpoint: distant, stop: () => child.stdin.end() };
}

/** Puts the keys and their organization into the table. */
export async function fill(endpoint: string, { records }: IssuedKeys): Promise<void> {
  const client = new DynamoDBClient({ endpoint });
  const organization = organizationOn('unlimited');
  const items = [
    { pk: `ORG#${organization.id}`, sk: 'ORG', ...organization },
    ...[...records.values()].map((record) => ({ pk: `KEY#${record.id}`, sk: 'KEY', ...record })),
  ];
  for (let at = 0; at < items.length; at += 25) {
    const requests = items.slice(at, at + 25).map((item) => ({ PutRequest: { Item: marshall(item) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { keys: requests } }));
  }
  client.destroy();
}
