import { expect, it } from 'vitest';
import { assignPorts } from '../../../local/ports.ts';

it('two REST APIs have fixed places, and everything further comes behind all that have, whoever asks first', () => {
  const { nextApi, furtherApi, aws } = assignPorts(8100);
  expect([furtherApi(), nextApi(), furtherApi(), nextApi(), nextApi(), furtherApi(), aws]).toEqual([8107, 8100, 8108, 8101, 8109, 8110, 8105]);
});

it('without a first port any free one will do', () => {
  const { nextApi, furtherApi } = assignPorts(undefined);
  expect([nextApi(), furtherApi()]).toEqual([0, 0]);
});
