import { describe, expect, it } from 'vitest';
import { verify } from '../../../shared/keys/verify.ts';
import { parseVerificationRecord } from '../../../shared/keys/verificationRecord.ts';
import type { OrganizationState, VerificationRecord } from '../../../shared/keys/verificationRecord.ts';
import {
  hashUnderPepperTwo, nowMs, pepperOne, pepperTwo, sameIdOtherSecret, sampleConfig, sampleToken, sampleVerificationRecord, unknownIdToken,
} from '../samples.ts';

const approved: OrganizationState = { id: 'org_000000000001', status: 'approved', plan: 'team', products: ['orders'], isOperator: false };

/** Stores in memory that write down what was asked of them. */
function fakes(options: { key?: Partial<VerificationRecord> | undefined; organization?: OrganizationState | null; readKey?: () => Promise<never> } = {}) {
  const asked: string[] = [];
  const record = sampleVerificationRecord(options.key);
  const peppers: Record<string, string> = { 1: pepperOne, 2: pepperTwo };
  const sources = {
    tokenPrefix: 'gw',
    plans: sampleConfig.plans,
    nowMs: () => nowMs,
    peppers: {
      current: async () => {
        asked.push('current pepper');
        return { version: '2', pepper: pepperTwo };
      },
      ofVersion: async (version: string) => {
        asked.push(`pepper ${version}`);
        const pepper = peppers[version];
        if (pepper === undefined) throw new Error(`Pepper version ${version} is not in the secret.`);
        return pepper;
      },
    },
    readKey: async (keyId: string) => {
      asked.push(keyId);
      if (options.readKey) return options.readKey();
      return keyId === record.id ? record : null;
    },
    readOrganization: async (organizationId: string) => {
      asked.push(organizationId);
      return options.organization === undefined ? approved : options.organization;
    },
  };
  return { asked, sources };
}

describe('a verification', () => {
  it('is one read of the key, one of the organization, and passes a genuine key', async () => {
    const { asked, sources } = fakes();
    const verdict = await verify(sampleToken, { product: 'orders', scopes: ['orders:read'] }, sources);
    expect(verdict).toMatchObject({ valid: true, key: { id: 'key_4f8KmQ2xT7Zb' }, organization: { id: 'org_000000000001' } });
    expect(asked).toEqual(['key_4f8KmQ2xT7Zb', 'pepper 1', 'org_000000000001']);
  });

  it.each([
    ['a wrong checksum', 'gw_live_4f8KmQ2xT7Zb0123456789ABCDEFGHIJKLMNOPQRSTUV2Bi7YF'],
    ['no token at all', ''],
    ['another prefix', 'xx_live_4f8KmQ2xT7Zb0123456789ABCDEFGHIJKLMNOPQRSTUV2Bi7YE'],
  ])('refuses %s without a read, a pepper or an HMAC', async (_, token) => {
    const { asked, sources } = fakes();
    expect(await verify(token, {}, sources)).toEqual({
      valid: false, code: 'malformed_key', detail: 'The token is malformed.', keyId: null, key: null,
    });
    expect(asked).toEqual([]);
  });

  it('does for an unknown id what it does for a wrong secret: one read, one pepper, no organization, the same words', async () => {
    const unknown = fakes();
    expect(await verify(unknownIdToken, {}, unknown.sources)).toEqual({
      valid: false, code: 'unknown_key', detail: 'The token is unknown.', keyId: 'key_zzzzzzzzzzzz', key: null,
    });
    expect(unknown.asked).toEqual(['key_zzzzzzzzzzzz', 'current pepper']);
    const wrong = fakes();
    expect(await verify(sameIdOtherSecret, {}, wrong.sources)).toEqual({
      valid: false, code: 'unknown_key', detail: 'The token is unknown.', keyId: 'key_4f8KmQ2xT7Zb', key: null,
    });
    expect(wrong.asked).toEqual(['key_4f8KmQ2xT7Zb', 'pepper 1']);
  });

  it('refuses an unknown id even where a record of zeros would match', async () => {
    const { sources } = fakes({ key: { tokenHash: '0'.repeat(43) } });
    expect(await verify(unknownIdToken, {}, sources)).toMatchObject({ valid: false, code: 'unknown_key', key: null });
  });

  it('hashes under the pepper version of the record, not the current one', async () => {
    const older = fakes();
    expect(await verify(sampleToken, {}, older.sources)).toMatchObject({ valid: true });
    const newer = fakes({ key: { pepperVersion: '2', tokenHash: hashUnderPepperTwo } });
    expect(await verify(sampleToken, {}, newer.sources)).toMatchObject({ valid: true });
    const mixedUp = fakes({ key: { pepperVersion: '2' } });
    expect(await verify(sampleToken, {}, mixedUp.sources)).toMatchObject({ valid: false, code: 'unknown_key' });
  });

  it('hands over the key of a refused but genuine token, so that its holder can be told why', async () => {
    const { sources } = fakes({ key: { revokedAt: '2026-11-22T07:00:00.000Z' } });
    expect(await verify(sampleToken, {}, sources)).toMatchObject({
      valid: false, code: 'revoked_key', keyId: 'key_4f8KmQ2xT7Zb', key: { name: 'Checkout' },
    });
  });
});

describe('what cannot be decided throws, and lets nothing pass', () => {
  it('an unknown pepper version', async () => {
    const { sources } = fakes({ key: { pepperVersion: '9' } });
    await expect(verify(sampleToken, {}, sources)).rejects.toThrow('Pepper version 9 is not in the secret.');
  });

  it('an organization that is not there', async () => {
    const { sources } = fakes({ organization: null });
    await expect(verify(sampleToken, {}, sources)).rejects.toThrow(
      'Key key_4f8KmQ2xT7Zb belongs to organization org_000000000001, which is not there.',
    );
  });

  it('a store that fails', async () => {
    const { sources } = fakes({ readKey: () => Promise.reject(new Error('throttled')) });
    await expect(verify(sampleToken, {}, sources)).rejects.toThrow('throttled');
  });

  it('a record that cannot be read', async () => {
    const { sources } = fakes({ readKey: async () => parseVerificationRecord({ id: 'key_4f8KmQ2xT7Zb' }) as never });
    await expect(verify(sampleToken, {}, sources)).rejects.toThrow('The stored record has no readable "name".');
  });
});
