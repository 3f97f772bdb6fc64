import { describe, expect, it } from 'vitest';
import { issuedKeySchema, revokeKeyRequest, rotateKeyRequest, updateKeyRequest, verifyTokenRequest } from '../../../shared/keys/requests.ts';
import { viewKey } from '../../../shared/keys/view.ts';
import { nowMs, sampleKey } from '../samples.ts';
import { faults } from './faults.ts';

const loneSurrogate = 'a\ud800b';

describe('a request to change a key', () => {
  it.each([
    { name: 'Till' }, { description: null }, { active: false }, { scopes: [] }, { tags: null }, { owner: null }, { allowedIps: null },
    { rateLimit: null }, { rotateBy: null }, { neverExpires: true },
  ])('takes %j alone', (body) => {
    expect(updateKeyRequest.parse(body)).toEqual(body);
  });

  it.each<[string, unknown, string[]]>([
    ['nothing to change', {}, ['-']],
    ['a product', { product: 'invoices' }, ['-']],
    ['an environment', { environment: 'test' }, ['-']],
    ['a status', { status: 'active' }, ['-']],
    ['a version', { version: 2 }, ['-']],
    ['null for a name', { name: null }, ['name']],
    ['null for active', { active: null }, ['active']],
    ['null for an expiry', { expiresAt: null }, ['expiresAt']],
    ['two expiries', { expiresInDays: 1, expiresAt: '2027-01-31T12:00:00Z' }, ['expiresAt']],
    ['an empty name', { name: ' ' }, ['name']],
    ['half a surrogate pair', { description: loneSurrogate }, ['description']],
  ])('refuses %s', (_, body, paths) => {
    expect(faults(updateKeyRequest, body)).toEqual(paths);
  });
});

describe('a change of nothing but an unknown field', () => {
  it('is told of the field, not that there is nothing to change', () => {
    const { error } = updateKeyRequest.safeParse({ colour: 'red' });
    expect(error?.issues.map(({ code }) => code)).toEqual(['unrecognized_keys']);
    expect(updateKeyRequest.safeParse({}).error?.issues.map(({ message }) => message)).toEqual(['Name at least one field to change.']);
  });
});

describe('a request to rotate a key', () => {
  it.each([{}, { gracePeriodHours: 0 }, { gracePeriodHours: 720 }, { expiresInDays: 30 }])('takes %j', (body) => {
    expect(rotateKeyRequest.parse(body)).toEqual(body);
  });

  it.each<[unknown, string[]]>([
    [{ gracePeriodHours: -1 }, ['gracePeriodHours']],
    [{ gracePeriodHours: 721 }, ['gracePeriodHours']],
    [{ gracePeriodHours: 0.5 }, ['gracePeriodHours']],
    [{ gracePeriodHours: null }, ['gracePeriodHours']],
    [{ expiresInDays: 1, neverExpires: true }, ['expiresAt']],
    [{ name: 'Till' }, ['-']],
  ])('refuses %j', (body, paths) => {
    expect(faults(rotateKeyRequest, body)).toEqual(paths);
  });
});

describe('a request to revoke a key', () => {
  it.each(['compromised', 'retired', 'shared_incorrectly', 'ownership_changed', 'superseded', 'other'])('takes the reason %s', (reason) => {
    expect(revokeKeyRequest.parse({ reason })).toEqual({ reason });
  });

  it.each<[string, unknown, string[]]>([
    ['no reason', {}, ['reason']],
    ['a reason of its own', { reason: 'bored' }, ['reason']],
    ['a comment of 1001 characters', { reason: 'other', comment: 'x'.repeat(1001) }, ['comment']],
    ['half a surrogate pair', { reason: 'other', comment: loneSurrogate }, ['comment']],
    ['an unknown field', { reason: 'other', when: 'now' }, ['-']],
  ])('refuses %s', (_, body, paths) => {
    expect(faults(revokeKeyRequest, body)).toEqual(paths);
  });
});

describe('a request to verify a token', () => {
  it('takes any text for a token: what is wrong with it is the answer', () => {
    expect(faults(verifyTokenRequest, { token: '' })).toEqual([]);
    expect(faults(verifyTokenRequest, { token: 'x'.repeat(1000), product: 'orders', scopes: ['a:b'], ip: '2001:db8::1' })).toEqual([]);
  });

  it.each<[unknown, string[]]>([
    [{}, ['token']],
    [{ token: null }, ['token']],
    [{ token: 'x'.repeat(1001) }, ['token']],
    [{ token: 'x', ip: '192.0.2.0/24' }, ['ip']],
    [{ token: 'x', ip: 'localhost' }, ['ip']],
    [{ token: 'x', scopes: 'orders:read' }, ['scopes']],
    [{ token: 'x', environment: 'live' }, ['-']],
  ])('refuses %j', (body, paths) => {
    expect(faults(verifyTokenRequest, body)).toEqual(paths);
  });
});

describe('the answer to an issue', () => {
  it('holds the key and the token, or null and why', () => {
    const key = viewKey(sampleKey(), nowMs);
    expect(faults(issuedKeySchema, { key, token: 'gw_live_x' })).toEqual([]);
    expect(faults(issuedKeySchema, { key, token: null, tokenWithheld: 'because' })).toEqual([]);
    expect(faults(issuedKeySchema, { key: { ...key, tokenHash: 'x' }, token: null })).toEqual(['key']);
  });
});
