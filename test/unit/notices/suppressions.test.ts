import { expect, it } from 'vitest';
import { suppressionStore } from '../../../shared/notices/suppressions.ts';
import { useKeysTable } from '../../support/keysTable.ts';

const table = useKeysTable();

// Operators are told to write one where a report of SES was lost. One slip must not keep all keys of the address, and
// every list that its organization is in, from being read.
it.each([
  ['without milliseconds', { email: 'ada@example.com', reason: 'bounce', at: '2026-11-22T08:00:00Z' }, { reason: 'bounce', at: '2026-11-22T08:00:00.000Z' }],
  ['at no time', { email: 'ada@example.com', reason: 'bounce' }, { reason: 'bounce', at: '1970-01-01T00:00:00.000Z' }],
  ['with another reason, which is held for the graver one', { email: 'ada@example.com', reason: 'spam', at: '2026-11-22T08:00:00.000Z' }, { reason: 'complaint', at: '2026-11-22T08:00:00.000Z' }],
  ['with texts for numbers', { email: 'ada@example.com', reason: 'bounce', at: '2026-11-22T08:00:00.000Z', bounces: '1', isLifted: 'no' }, { reason: 'bounce', at: '2026-11-22T08:00:00.000Z' }],
  ['of nothing but its key', {}, { reason: 'complaint', at: '1970-01-01T00:00:00.000Z' }],
])('a record that was written by hand %s suppresses the address', async (_, record, found) => {
  await table().put({ pk: 'SUPPRESSED#ada@example.com', sk: 'SUPPRESSED', ...record });
  expect(await suppressionStore(table()).among(['Ada@example.com', 'grace@example.com'])).toEqual([{ email: 'ada@example.com', ...found }]);
});
