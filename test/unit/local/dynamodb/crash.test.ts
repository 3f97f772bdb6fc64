import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { startDynamo } from '../../../../local/dynamodb/startDynamo.ts';
import { documentClient } from './client.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'dynamo-crash-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

/** Runs the storm until it has confirmed `count` transactions, kills it, and returns all that it confirmed. */
async function stormUntilKilled(first: number, count: number): Promise<number[]> {
  const script = join(import.meta.dirname, 'storm.ts');
  const child = spawn(process.execPath, [script, dataDir, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const confirmed: number[] = [];
  for await (const line of createInterface(child.stdout)) {
    confirmed.push(Number(line));
    if (confirmed.length === count) child.kill('SIGKILL');
  }
  return confirmed;
}

async function itemsByTransaction(doc: DynamoDBDocumentClient) {
  const parts = new Map<string, number>();
  let count = 0;
  let from: Record<string, unknown> | undefined;
  do {
    const page = await doc.send(new ScanCommand({ TableName: 'storm', ExclusiveStartKey: from }));
    for (const item of page.Items ?? []) {
      if (item['pk'] === 'count') count = Number(item['n']);
      else parts.set(String(item['pk']), (parts.get(String(item['pk'])) ?? 0) + 1);
    }
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return { parts, count };
}

describe('a store that is killed in a storm of transactions', () => {
  it('has after each restart every confirmed transaction, and no transaction in part', async () => {
    const confirmed: number[] = [];
    for (const round of [0, 1, 2]) {
      confirmed.push(...(await stormUntilKilled(round * 100_000, 150 + round * 37)));
      const dynamo = await startDynamo({ dataDir });
      const { parts, count } = await itemsByTransaction(documentClient(dynamo.endpoint));
      const told = dynamo.streams.read('storm', null, 100_000);
      await dynamo.close();
      expect(confirmed.filter((n) => !parts.has(`t${n}`))).toEqual([]);
      expect([...parts].filter(([, items]) => items !== 4)).toEqual([]);
      expect(count).toBe(parts.size);
      // Four parts and the count, each told once.
      expect(told).toHaveLength(parts.size * 5);
    }
    expect(confirmed.length).toBeGreaterThanOrEqual(150 + 187 + 224);
  });
});
