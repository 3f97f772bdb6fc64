import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { readIndexPage } from '../indexPage.ts';
import type { IndexPlace, ListPlace } from '../indexPage.ts';
import { organizationKey, placesKey } from './recordKeys.ts';
import { noteNoticeDays } from '../notices/noticeDays.ts';
import type { Table, Write } from '../table.ts';
import { organizationSchema } from './organization.ts';
import type { StoredOrganization } from './organization.ts';

// Access patterns (table keys):
//   an organization, by id       pk ORG#<organizationId>     sk ORG
//   organizations, newest first  byOrganization: gsi1pk ORGS, gsi1sk <createdAt>#<organizationId>
//   places of its plan in use    pk PLACES#<organizationId>  sk PLACES, counted by the keys' store
//   every organization's noticeDays, in one set   noticeDays.ts

const storedSchema = z.object({
  ...organizationSchema.omit({ suppressedEmails: true }).shape,
  isOperator: z.boolean(),
}) satisfies z.ZodType<StoredOrganization>;

export interface OrganizationStore {
  /** Strongly consistent; null when there is none. */
  get(organizationId: string): Promise<StoredOrganization | null>;
  /** Adds an organization, of whose plan `keyCount` places are taken: refused as `organization` where it exists. */
  create(organization: StoredOrganization, keyCount: number): Write[];
  /** All organizations, newest first. */
  page(after: ListPlace | null, size: number): Promise<{ rows: readonly StoredOrganization[]; hasMore: boolean }>;
  /** When the first of all was made, in ISO 8601; null before that. */
  firstCreatedAt(): Promise<string | null>;
  /** Refused as `organization` when it is not at the version that was read. */
  replace(before: StoredOrganization, after: StoredOrganization): Write[];
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
      const item = toItem(organization);
      const notThereYet = 'attribute_not_exists(pk)';
      const put = (Item: Record<string, unknown>) => ({
        name: 'organization',
        action: { Put: { TableName: table.name, Item, ConditionExpression: notThereYet } },
      });
      return [put(item), put({ ...placesKey(organization.id), keyCount }), ...noteNoticeDays(table, organization.policy.noticeDays)];
    },
    async page(after, size) {
      const page = await readIndexPage(table, { list, after: after && placeOf(after), size, newestFirst: true });
      return { ...page, rows: page.rows.map((row) => storedSchema.parse(row)) };
    },
    async firstCreatedAt() {
      const { rows } = await readIndexPage(table, { list, after: null, size: 1, newestFirst: false });
      return rows[0] ? storedSchema.parse(rows[0]).createdAt : null;
    },
    replace(before, after) {
      const stillAsRead = {
        ConditionExpression: '#version = :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':version': before.version },
      };
      const hasOtherDays = after.policy.noticeDays.some((days) => !before.policy.noticeDays.includes(days));
      return [
        { name: 'organization', action: { Put: { TableName: table.name, Item: toItem(after), ...stillAsRead } } },
        ...(hasOtherDays ? noteNoticeDays(table, after.policy.noticeDays) : []),
      ];
    },
  };
}

const list = 'ORGS';

function toItem(organization: StoredOrganization): Record<string, unknown> {
  return { ...placeOf(organization), gsi1pk: list, ...organization };
}

function placeOf({ id, createdAt }: ListPlace): IndexPlace {
  return { ...organizationKey(id), gsi1sk: `${createdAt}#${id}` };
}
