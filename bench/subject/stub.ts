import type { OrganizationState, VerificationRecord } from '../../shared/keys/verificationRecord.ts';

/** What stands where the stores are: everything in memory, answered at once, every call counted. */
export const stub = {
  records: new Map() as ReadonlyMap<string, VerificationRecord>,
  organization: null as OrganizationState | null,
  pepper: '',
  keyReads: 0,
};

/** Takes the place of shared/keys/verificationStore.ts. */
export function verificationStore() {
  return {
    async readKey(keyId: string): Promise<VerificationRecord | null> {
      stub.keyReads += 1;
      return stub.records.get(keyId) ?? null;
    },
    async readOrganization(): Promise<OrganizationState | null> {
      return stub.organization;
    },
  };
}

/** Takes the place of functions/signedCall/services.ts: the secret is there, nothing else is to be called. */
export function signedServices() {
  return {
    getItem: refuse,
    batchGetItem: refuse,
    updateItem: refuse,
    getSecretValue: async () => ({ SecretString: JSON.stringify({ current: 1, peppers: { 1: stub.pepper } }) }),
  };
}

async function refuse(): Promise<never> {
  throw new Error('A verification of an unlimited key is to call nothing else.');
}
