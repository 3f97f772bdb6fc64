import { createHash, createPublicKey, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkpointSchema, isSignedAsSaid, signCheckpoint, signingKey } from '../../../shared/events/checkpoint.ts';
import { checkpointStore } from '../../../shared/events/checkpointStore.ts';
import { useKeysTable } from '../../support/keysTable.ts';

const secretText = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-';
const statement = { organizationId: 'org_000000000001', sequence: 41, hash: 'ab'.repeat(32), at: '2026-11-22T08:00:00.000Z' };
// By Python: HKDF by hmac, the key pair and the signature by RFC 8032's own reference code, the text by json.dumps.
const signed = {
  ...statement,
  keyId: '34ba0fbc6295ea41',
  publicKey: 'MCowBQYDK2VwAyEAFLUCsbVTwnMT6HkS2QI8JfTIBk+HAbvxhMjWaHn7Z/g=',
  signature: '+VcI4EPi4T0kJs45rlvZHtlKWwjj46oCfj8D3Geqquz/HirMzZEY+i+sH58tbwJTnPQ5AHSN+l7Qj7DfsfMpCQ==',
};
const key = () => signingKey(secretText);

describe('a checkpoint', () => {
  it('is signed as others sign it: Ed25519 over its canonical JSON, by the key that follows from the secret', () => {
    expect(signCheckpoint(statement, key())).toEqual(signed);
    expect(checkpointSchema.parse(signed)).toEqual(signed);
  });

  it('can be checked with nothing but a public key and sorted JSON', () => {
    const { signature, ...unsigned } = signCheckpoint({ ...statement, sequence: 7 }, key());
    const raw = Buffer.from(signed.publicKey, 'base64').subarray(-32).toString('base64url');
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw }, format: 'jwk' });
    const text = JSON.stringify(Object.fromEntries(Object.entries(unsigned).sort(([left], [right]) => (left < right ? -1 : 1))));
    expect(verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64'))).toBe(true);
  });

  it('is as it says', () => {
    expect(isSignedAsSaid(signed)).toBe(true);
  });

  it.each<[string, Partial<typeof signed>]>([
    ['organization', { organizationId: 'org_000000000002' }],
    ['sequence', { sequence: 42 }],
    ['hash', { hash: 'cd'.repeat(32) }],
    ['time', { at: '2026-11-22T08:00:00.001Z' }],
    ['key id', { keyId: '34ba0fbc6295ea42' }],
    ['signature', { signature: signed.signature.replace('+V', '+W') }],
    ['signature, now empty,', { signature: '' }],
    ['public key, now none,', { publicKey: '' }],
    ['public key, now nonsense,', { publicKey: 'AAAA' }],
  ])('is not as it says when its %s is another', (_, changed) => {
    expect(isSignedAsSaid({ ...signed, ...changed })).toBe(false);
  });

  it('signed anew by somebody else names another key, which whoever checks it can tell', () => {
    const forged = signCheckpoint({ ...statement, hash: 'cd'.repeat(32) }, signingKey('f'.repeat(64)));
    expect(isSignedAsSaid(forged)).toBe(true);
    expect(forged.keyId).not.toBe(signed.keyId);
    expect(isSignedAsSaid({ ...forged, keyId: signed.keyId })).toBe(false);
    expect(isSignedAsSaid({ ...forged, keyId: signed.keyId, publicKey: signed.publicKey })).toBe(false);
  });

  it('signed anew by somebody else under the name of our key is not as it says', () => {
    const theirs = signingKey('f'.repeat(64));
    const publicKey = createPublicKey(theirs).export({ format: 'der', type: 'spki' }).toString('base64');
    const { signature: _signature, ...unsigned } = { ...signed, publicKey };
    const text = JSON.stringify(Object.fromEntries(Object.entries(unsigned).sort(([left], [right]) => (left < right ? -1 : 1))));
    expect(isSignedAsSaid({ ...unsigned, signature: sign(null, Buffer.from(text), theirs).toString('base64') })).toBe(false);
  });

  it('names its key by the beginning of the hash of the public half', () => {
    expect(createHash('sha256').update(Buffer.from(signed.publicKey, 'base64')).digest('hex').slice(0, 16)).toBe('34ba0fbc6295ea41');
  });

  it('is not signed with a secret that is too short to be one', () => {
    expect(() => signingKey('short')).toThrow('at least 32 characters');
  });
});

describe('kept checkpoints', () => {
  const keys = useKeysTable();

  it('are listed newest first, page by page, for their organization alone, and stay', async () => {
    const { put, page } = checkpointStore(keys());
    for (const sequence of [9, 10, 100]) await put(signCheckpoint({ ...statement, sequence }, key()));
    await put(signCheckpoint({ ...statement, organizationId: 'org_other', sequence: 50 }, key()));
    await put(signCheckpoint({ ...statement, sequence: 100 }, key()));
    const first = await page('org_000000000001', null, 2);
    expect([first.rows.map(({ sequence }) => sequence), first.hasMore]).toEqual([[100, 10], true]);
    expect((await page('org_000000000001', 10, 2)).rows.map(({ sequence }) => sequence)).toEqual([9]);
    expect((await page('org_000000000001', 9, 2)).rows).toEqual([]);
    for (const item of await keys().partition('EVENTS#org_000000000001')) expect(item).not.toHaveProperty('purgeAt');
  });
});
