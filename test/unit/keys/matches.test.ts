import { describe, expect, it } from 'vitest';
import { listKeysQuery } from '../../../shared/keys/listQuery.ts';
import { matches } from '../../../shared/keys/matches.ts';
import { viewKey } from '../../../shared/keys/view.ts';
import { nowMs, sampleKey } from '../samples.ts';

const key = viewKey(
  sampleKey({
    description: 'The till on the ground floor',
    owner: { name: 'Ada Lovelace', email: 'Ada@Example.com' },
    tags: { team: 'payments', region: 'eu:1' },
  }),
  nowMs,
);

describe('a filter of the key list', () => {
  it.each<[Record<string, unknown>, boolean]>([
    [{}, true],
    [{ status: 'active' }, true],
    [{ status: 'revoked' }, false],
    [{ environment: 'live' }, true],
    [{ environment: 'test' }, false],
    [{ product: 'orders' }, true],
    [{ product: 'order' }, false],
    [{ owner: 'ada@example.COM' }, true],
    [{ owner: 'ada lovelace' }, true],
    [{ owner: 'ada' }, false],
    [{ tag: ['team:payments'] }, true],
    [{ tag: ['team:payments', 'region:eu:1'] }, true],
    [{ tag: ['team:payments', 'region:us'] }, false],
    [{ tag: ['team:Payments'] }, false],
    [{ tag: ['constructor:x'] }, false],
    [{ search: 'CHECK' }, true],
    [{ search: 'ground floor' }, true],
    [{ search: '4f8kmq' }, true],
    [{ search: 'payments' }, false],
    [{ expiresBefore: '2027-01-21T08:00:00.001Z' }, true],
    [{ expiresBefore: '2027-01-21T08:00:00Z' }, false],
    [{ expiresBefore: '2027-01-21T10:00:01+02:00' }, true],
    [{ status: 'active', product: 'orders', search: 'checkout', environment: 'test' }, false],
  ])('%j: %s', (query, passes) => {
    const { limit: _, ...filters } = listKeysQuery.parse(query);
    expect(matches(key, filters)).toBe(passes);
  });

  it('never finds a key without expiry before a time, nor one without owner by its owner', () => {
    const bare = viewKey(sampleKey({ expiresAt: null }), nowMs);
    expect(matches(bare, { expiresBefore: '9999-12-31T23:59:59.999Z' })).toBe(false);
    expect(matches(bare, { owner: 'null' })).toBe(false);
    expect(matches(bare, { owner: '' })).toBe(false);
  });
});

describe('the query of the key list', () => {
  it('asks for 50 keys where it says nothing', () => {
    expect(listKeysQuery.parse({})).toEqual({ limit: 50 });
  });

  it.each([
    ['limit', '0'], ['limit', '101'], ['limit', '1.5'], ['limit', ''], ['limit', 'ten'], ['limit', '-1'],
    ['status', 'dead'], ['environment', 'prod'], ['product', 'x'.repeat(41)], ['owner', 'x'.repeat(255)],
    ['search', 'x'.repeat(101)], ['expiresBefore', 'soon'], ['expiresBefore', '2026-11-22'], ['cursor', 'x'.repeat(1001)],
    ['tag', ['payments']], ['tag', [':payments']], ['tag', ['team:']], ['tag', Array.from({ length: 11 }, () => 'a:b')],
    ['sort', 'name'],
  ])('refuses %s=%j', (name, value) => {
    expect(listKeysQuery.safeParse({ [name]: value }).success).toBe(false);
  });
});
