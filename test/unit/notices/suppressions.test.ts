import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
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

describe('an address', () => {
  const at = '2026-11-22T08:00:00.000Z';
  const lift = async (email: string) => {
    const { action } = suppressionStore(table()).lift(email);
    await table().client.send(new TransactWriteCommand({ TransactItems: [action] }));
  };

  it('that has bounced may be mailed again twice, once it is named anew, and no more', async () => {
    const { put, get, liftable } = suppressionStore(table());
    const found: [bounced: boolean, liftable: boolean][] = [];
    for (let bounces = 1; bounces <= 3; bounces += 1) {
      await put({ email: 'Grace@example.com', reason: 'bounce', at });
      found.push([(await get('grace@example.com')) !== null, (await liftable(['GRACE@example.com'])).includes('grace@example.com')]);
      await lift('grace@example.com');
      expect(await get('grace@example.com')).toBeNull();
      expect(await liftable(['grace@example.com'])).toEqual([]);
    }
    expect(found).toEqual([[true, true], [true, true], [true, false]]);
  });

  it('whose owner has complained may not, and a bounce does not change that', async () => {
    const { put, get, liftable } = suppressionStore(table());
    await put({ email: 'edsger@example.com', reason: 'complaint', at });
    await put({ email: 'edsger@example.com', reason: 'bounce', at });
    expect(await get('edsger@example.com')).toEqual({ email: 'edsger@example.com', reason: 'complaint', at });
    expect(await liftable(['edsger@example.com'])).toEqual([]);
  });

  it('is kept in lower case, as it is looked for', async () => {
    await suppressionStore(table()).put({ email: 'Barbara@Example.com', reason: 'bounce', at });
    expect(await table().partition('SUPPRESSED#barbara@example.com')).toMatchObject([{ email: 'barbara@example.com' }]);
  });
});
