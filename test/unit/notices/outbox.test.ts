import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { outboxPartition, outboxPartitions } from '../../../shared/notices/outboxPartition.ts';
import type { Notice } from '../../../shared/notices/notice.ts';
import { noticeStore } from '../../../shared/notices/store.ts';
import type { Table } from '../../../shared/table.ts';

const lines = Array.from({ length: 5_000 }, (_, index): Notice => ({
  organizationId: 'org_000000000001',
  recipient: 'ada@example.com',
  keyId: `key_${String(index).padStart(12, '0')}`,
  kind: 'expiring',
  at: '2026-11-29T07:30:00.000Z',
  mark: 'expiring#2026-11-29T07:30:00.000Z#7',
  actor: null,
  recordedAt: '2026-11-22T08:00:00.000Z',
}));

/** A table that takes a moment for each delete, and how many it was asked for at a time. */
function slowTable() {
  const seen = { deleted: new Set<string>(), underWay: 0, most: 0 };
  const send = async ({ input }: { input: { Key: { sk: string } } }): Promise<void> => {
    seen.most = Math.max(seen.most, (seen.underWay += 1));
    await pause(1);
    seen.underWay -= 1;
    seen.deleted.add(input.Key.sk);
  };
  return { table: { name: 'keys', client: { send } as unknown as Table['client'] }, seen };
}

// One by one they take longer than a run has left, and a process that is ended within them has the mail sent again.
it('the lines of a large mail leave the outbox many at a time once it is sent, and not all at once', async () => {
  const { table, seen } = slowTable();
  await noticeStore(table).remove(lines);
  expect(seen.deleted.size).toBe(5_000);
  expect(seen.most).toBeGreaterThanOrEqual(20);
  expect(seen.most).toBeLessThanOrEqual(50);
});

it('mails wait where an earlier version has left them: in four partitions, by their organization', () => {
  expect(outboxPartitions).toEqual(['OUTBOX#0', 'OUTBOX#1', 'OUTBOX#2', 'OUTBOX#3']);
  expect(outboxPartitions).toContain(outboxPartition('org_000000000001'));
});
