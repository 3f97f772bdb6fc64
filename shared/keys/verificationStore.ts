import type { GetItemCommandInput, GetItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { organizationKey } from '../organizations/recordKeys.ts';
import { parseOrganizationState, parseVerificationRecord } from './verificationRecord.ts';
import type { OrganizationState, VerificationRecord } from './verificationRecord.ts';

// Access patterns (table keys): a key and an organization by id, as in their own stores, read by hand.

export interface VerificationStore {
  readKey(keyId: string): Promise<VerificationRecord | null>;
  readOrganization(organizationId: string): Promise<OrganizationState | null>;
}

/** The table and the one call that a verification makes on it. */
export interface ReadTable {
  readonly client: { getItem(input: GetItemCommandInput): Promise<Pick<GetItemCommandOutput, 'Item'>> };
  readonly name: string;
}

/** Strongly consistent reads of what a verification needs. */
export function verificationStore(table: ReadTable): VerificationStore {
  const read = async ({ pk, sk }: { pk: string; sk: string }) => {
    const Key = { pk: { S: pk }, sk: { S: sk } };
    const { Item } = await table.client.getItem({ TableName: table.name, Key, ConsistentRead: true });
    return Item ? unmarshall(Item) : null;
  };
  return {
    async readKey(keyId) {
      const item = await read({ pk: `KEY#${keyId}`, sk: 'KEY' });
      return item && parseVerificationRecord(item);
    },
    async readOrganization(organizationId) {
      const item = await read(organizationKey(organizationId));
      return item && parseOrganizationState(item);
    },
  };
}
