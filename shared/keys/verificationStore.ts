import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { organizationKey } from '../organizations/recordKeys.ts';
import type { Table } from '../table.ts';
import { parseOrganizationState, parseVerificationRecord } from './verificationRecord.ts';
import type { OrganizationState, VerificationRecord } from './verificationRecord.ts';

// Access patterns (table keys): a key and an organization by id, as in their own stores, read by hand.

export interface VerificationStore {
  readKey(keyId: string): Promise<VerificationRecord | null>;
  readOrganization(organizationId: string): Promise<OrganizationState | null>;
}

/** Strongly consistent reads of what a verification needs. */
export function verificationStore(table: Table): VerificationStore {
  const read = async (Key: Record<string, string>) => {
    const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
    return Item ?? null;
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
