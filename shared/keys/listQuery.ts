import * as z from 'zod';
import { pagingQuery } from '../api/paging.ts';
import { anyTimestamp } from '../time.ts';
import { keyStatuses } from './key.ts';
import { environments } from './token.ts';

const tagFilter = z
  .string()
  .regex(/^[^:]{1,64}:.{1,256}$/s, 'must look like "team:payments"')
  .transform((text) => ({ name: text.slice(0, text.indexOf(':')), value: text.slice(text.indexOf(':') + 1) }))
  .meta({ type: 'string', example: 'team:payments' });

/** Filters of the key list; they combine. `tag` may be given several times. */
export const listKeysQuery = z.strictObject({
  ...pagingQuery,
  status: z.enum(keyStatuses).optional(),
  environment: z.enum(environments).optional(),
  product: z.string().max(40).optional(),
  /** The owner's e-mail address or name, whole, in any case. */
  owner: z.string().max(254).optional(),
  tag: z.array(tagFilter).max(10).optional(),
  /** Part of the name, the description or the id, in any case. */
  search: z.string().max(100).optional(),
  expiresBefore: anyTimestamp.optional(),
});

export type ListKeysQuery = z.infer<typeof listKeysQuery>;
