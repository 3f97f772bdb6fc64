import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Table } from '../table.ts';
import type { StepUp } from './stepUp.ts';

// Access patterns (table keys):
//   a step-up, by the hash of its token   pk STEPUP#<hash>  sk STEPUP; TTL collects it, `expiresAtMs` decides

const storedSchema = z.object({
  tokenHash: z.string(),
  memberId: z.string(),
  organizationId: z.string(),
  sessionId: z.string(),
  expiresAtMs: z.number(),
}) satisfies z.ZodType<StepUp>;

export interface StepUpStore {
  put(stepUp: StepUp): Promise<void>;
  /** Strongly consistent; null when there is none. */
  get(tokenHash: string): Promise<StepUp | null>;
}

function key(tokenHash: string) {
  return { pk: `STEPUP#${tokenHash}`, sk: 'STEPUP' };
}

export function stepUpStore(table: Table): StepUpStore {
  return {
    async put(stepUp) {
      const Item = { ...key(stepUp.tokenHash), ...stepUp, purgeAt: Math.ceil(stepUp.expiresAtMs / 1000) };
      await table.client.send(new PutCommand({ TableName: table.name, Item }));
    },
    async get(tokenHash) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: key(tokenHash), ConsistentRead: true }),
      );
      return Item ? storedSchema.parse(Item) : null;
    },
  };
}
