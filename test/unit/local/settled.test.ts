import { expect, it } from 'vitest';
import { settled } from '../../../local/settled.ts';
import type { Work } from '../../../local/settled.ts';

it('what one work gives another to do is waited for, however long the chain is', async () => {
  const begun = { tables: 1, functions: 0 };
  const order: string[] = [];
  let links = 3;
  const tables: Work = {
    begun: () => begun.tables,
    idle: async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      order.push('tables idle');
    },
  };
  const functions: Work = {
    begun: () => begun.functions,
    idle: async () => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (links-- > 0) begun.tables += 1;
    },
  };
  await settled([tables, functions]);
  // Once for each link, and once more to see that nothing came.
  expect(order).toHaveLength(4);
});
