import { expect, it } from 'vitest';
import { noticeStore } from '../../../shared/notices/store.ts';
import { suppressionStore } from '../../../shared/notices/suppressions.ts';
import { sweepStateStore } from '../../../shared/notices/sweepState.ts';
import { useKeysTable } from '../../support/keysTable.ts';

const table = useKeysTable();
const group = { organizationId: 'org_000000000001', recipient: 'ada@example.com' };

// By what was written a moment ago, by this run or by another at work: else a mail goes out twice, or to whom it must not.
it.each<[string, () => Promise<unknown>]>([
  ['what was recorded of a key', () => noticeStore(table()).recorded('key_4f8KmQ2xT7Zb')],
  ['whose mails wait', () => noticeStore(table()).waiting()],
  ['what waits for a recipient', () => noticeStore(table()).pending(group)],
  ['whether an address is suppressed', () => suppressionStore(table()).get('ada@example.com')],
  ['until when sweeps have looked', () => sweepStateStore(table()).sweptUntil()],
  ['how many days ahead is to be warned', () => sweepStateStore(table()).noticeDays()],
])('%s is read strongly consistent', async (_, read) => {
  const reads: boolean[] = [];
  table().client.middlewareStack.add(
    (next) => async (args) => {
      reads.push('ConsistentRead' in args.input && args.input.ConsistentRead === true);
      return next(args);
    },
    { step: 'initialize', name: 'reads', override: true },
  );
  await read();
  expect(reads).not.toEqual([]);
  expect(reads).not.toContain(false);
});
