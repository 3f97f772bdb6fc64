import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Jobs } from './jobs.ts';
import type { Report } from './report.ts';
import type { System } from './system.ts';
import { keysTable } from './tables.ts';
import type { Warned } from './warned.ts';

const itemShape = z.object({ Item: z.record(z.string(), z.unknown()) });

/** What TTL deletes is on record; what someone deletes past Gatewarden is in the log. */
export async function purges({ system: { operator }, jobs, warned }: { system: System; jobs: Jobs; warned: Warned }, report: Report): Promise<void> {
  const TableName = await keysTable(operator);
  const { key } = await report.step('a key is issued', () => warned.issue({ name: 'Purged' }));
  const Key = { pk: { S: `KEY#${key.id}` }, sk: { S: 'KEY' } };

  await report.check('a delete by TTL, as the stream would tell of it, is recorded once', async () => {
    const { Item } = itemShape.parse(await operator.aws('dynamodb', 'get_item', { TableName, Key, ConsistentRead: true }));
    const userIdentity = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };
    const record = { eventName: 'REMOVE', userIdentity, dynamodb: { Keys: Key, OldImage: Item, SequenceNumber: '100000000000000000001' } };
    for (let time = 0; time < 2; time += 1) {
      assert.deepEqual(await jobs.run('RecordPurges', { Records: [record] }), { batchItemFailures: [] });
      assert.deepEqual(await warned.events(key.id), ['key.created by management_key', 'key.purged by system']);
    }
  });
  await report.check('a delete by hand reaches the same function by the stream, which logs it', async () => {
    await operator.aws('dynamodb', 'delete_item', { TableName, Key });
    let lines: readonly string[] = [];
    for (let attempt = 0; attempt < 160 && lines.length === 0; attempt += 1) {
      if (attempt > 0) await sleep(250);
      lines = (await operator.logLines(jobs.logGroup('RecordPurges'))).filter((line) => line.includes('"a key was deleted by hand"'));
    }
    assert.equal(lines.length, 1);
    assert.ok(lines[0]?.includes(key.id), lines[0]);
  });
}
