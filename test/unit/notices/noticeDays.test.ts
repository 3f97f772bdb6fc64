import { expect, it } from 'vitest';
import { noteNoticeDays } from '../../../shared/notices/noticeDays.ts';
import type { Table } from '../../../shared/table.ts';

// DynamoDB has no empty set: the organization's change would be refused with it.
it('an organization that wants no warnings adds nothing to the days that sweeps look for', () => {
  expect(noteNoticeDays({ name: 'keys' } as Table, [])).toEqual([]);
});
