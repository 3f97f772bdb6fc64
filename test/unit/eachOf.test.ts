import { expect, it } from 'vitest';
import { eachOf } from '../../shared/eachOf.ts';

it('each of a list is acted on once, so many at a time', async () => {
  const seen = { done: [] as number[], underWay: 0, most: 0 };
  await eachOf([1, 2, 3, 4, 5, 6, 7], 3, async (one) => {
    seen.most = Math.max(seen.most, (seen.underWay += 1));
    await Promise.resolve();
    seen.underWay -= 1;
    seen.done.push(one);
  });
  expect(seen).toEqual({ done: [1, 2, 3, 4, 5, 6, 7], underWay: 0, most: 3 });
});
