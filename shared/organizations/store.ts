import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { Table, Write } from '../table.ts';
import { organizationSchema } from './organization.ts';
import type { StoredOrganization } from './organization.ts';

// Access patterns (table keys):
//   an organization, by id       pk ORG#<organizationId>  sk ORG

const storedSchema = z.object({
  ...organizationSchema.shape,
  isOperator: z.boolean(),
  keyCount: z.int(),
}) satisfies z.ZodType<StoredOrganization>;

export interface OrganizationStore {
  /** Strongly consistent; null when there is none. */
  get(organizationId: string): Promise<StoredOrganization | null>;
  create(organization: StoredOrganization): Write;
}

export function organizationStore(table: Table): OrganizationStore {
  return {
    async get(organizationId) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: organizationKey(organizationId), ConsistentRead: true }),
      );
      return Item ? storedSchema.parse(Item) : null;
    },
    create(organization) {
      const item = { ...organizationKey(organization.id), ...organization };
      const notThereYet = 'attribute_not_exists(pk)';
      return { name: 'organization', action: { Put: { TableName: table.name, Item: item, ConditionExpression: notThereYet } } };
    },
  };
}

export function organizationKey(organizationId: string) {
  return { pk: `ORG#${organizationId}`, sk: 'ORG' };
}
