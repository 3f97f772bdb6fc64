import { expect, it } from 'vitest';
import { noticeStore } from '../../../shared/notices/store.ts';
import { useKeysTable } from '../../support/keysTable.ts';

const table = useKeysTable();
const at = (time: string): number => Date.parse(time);

it('an organization’s mails are counted by the day, up to its bound; one that was not sent gives its place back', async () => {
  const notices = noticeStore(table());
  const morning = at('2026-11-22T08:00:00.000Z');
  const count = (organizationId: string, nowMs: number) => notices.countMail(organizationId, 2, nowMs);
  expect([await count('org_1', morning), await count('org_1', at('2026-11-22T23:59:59.999Z')), await count('org_1', morning)]).toEqual([true, true, false]);
  expect(await count('org_2', morning)).toBe(true);
  expect(await count('org_1', at('2026-11-23T00:00:00.000Z'))).toBe(true);
  await notices.uncountMail('org_1', morning);
  expect([await count('org_1', morning), await count('org_1', morning)]).toEqual([true, false]);
});

it('of many senders at once, no more than the bound get through', async () => {
  const notices = noticeStore(table());
  const counted = await Promise.all(Array.from({ length: 30 }, () => notices.countMail('org_3', 7, at('2026-11-22T08:00:00.000Z'))));
  expect(counted.filter(Boolean)).toHaveLength(7);
});
