import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { organizationKey, placesKey } from './recordKeys.ts';
import type { Table, Write } from '../table.ts';
import { organizationSchema } from './organization.ts';
import type { StoredOrganization } from './organization.ts';

// Access patterns (table keys):
//   an organization, by id       pk ORG#<organizationId>     sk ORG
//   places of its plan in use    pk PLACES#<organizationId>  sk PLACES, counted by the keys' store

const storedSchema = z.object({
  ...organizationSchema.shape,
  isOperator: z.boolean(),
}) satisfies z.ZodType<StoredOrganization>;

export interface OrganizationStore {
  /** Strongly consistent; null when there is none. */
  get(organizationId: string): Promise<StoredOrganization | null>;
  /** Adds an organization, of whose plan `keyCount` places are taken: refused as `organization` where it exists. */
  create(organization: StoredOrganization, keyCount: number): Write[];
}

export function organizationStore(table: Table): OrganizationStore {
  return {
    async get(organizationId) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: organizationKey(organizationId), ConsistentRead: true }),
      );
      return Item ? storedSchema.parse(Item) : null;
    },
    create(organization, keyCount) {
      const item = { ...organizationKey(organization.id), ...organization };
      const notThereYet = 'attribute_not_exists(pk)';
      const put = (Item: Record<string, unknown>) => ({
        name: 'organization',
        action: { Put: { TableName: table.name, Item, ConditionExpression: notThereYet } },
      });
      return [put(item), put({ ...placesKey(organization.id), keyCount })];
    },
  };
}
