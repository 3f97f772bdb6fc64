import { describe, expect, it } from 'vitest';
import { issueKeyRequest } from '../../../shared/keys/requests.ts';
import { faults } from './faults.ts';

const plain = { name: 'Checkout', product: 'orders', environment: 'live', scopes: ['orders:read'] };
const huge = 'x'.repeat(60_000);
const loneSurrogate = 'a\ud800b';
const wrongTypes: unknown[] = [5, true, {}, [[]], -1.5];

describe('a request to issue a key', () => {
  it('needs a name, a product, an environment and scopes, and nothing else', () => {
    expect(issueKeyRequest.parse(plain)).toEqual(plain);
    expect(faults(issueKeyRequest, {})).toEqual(['name', 'product', 'environment', 'scopes']);
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['a name is trimmed', { name: '  Till 4\t' }, { name: 'Till 4' }],
    ['a name of one character', { name: 'x' }, { name: 'x' }],
    ['a name of 80 characters', { name: 'x'.repeat(80) }, { name: 'x'.repeat(80) }],
    ['a name in any script', { name: '部署 🚀 "Ключ"' }, { name: '部署 🚀 "Ключ"' }],
    ['a description of several lines', { description: 'a\nb' }, { description: 'a\nb' }],
    ['no scopes at all', { scopes: [] }, { scopes: [] }],
    ['an expiry in another zone', { expiresAt: '2027-01-31T12:00:00+02:00' }, { expiresAt: '2027-01-31T10:00:00.000Z' }],
    ['never', { neverExpires: true }, { neverExpires: true }],
    ['ten years', { expiresInDays: 3650 }, { expiresInDays: 3650 }],
    ['an owner by name', { owner: { name: 'Ada' } }, { owner: { name: 'Ada', email: null } }],
    ['an owner by address', { owner: { email: 'ada@example.com', name: null } }, { owner: { name: null, email: 'ada@example.com' } }],
    ['tags', { tags: { 'Team.a-b_1': 'Zahlungen ✓' } }, { tags: { 'Team.a-b_1': 'Zahlungen ✓' } }],
    ['addresses of both families', { allowedIps: ['192.0.2.1', '2001:db8::/32'] }, { allowedIps: ['192.0.2.1', '2001:db8::/32'] }],
    ['a limit', { rateLimit: { limit: 1, windowSec: 86_400 } }, { rateLimit: { limit: 1, windowSec: 86_400 } }],
    ['null for what is absent', { description: null, owner: null, rotateBy: null, allowedIps: null, rateLimit: null }, { owner: null }],
  ])('takes %s', (_, given, parsed) => {
    expect(issueKeyRequest.parse({ ...plain, ...given })).toMatchObject(parsed);
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    ['an empty name', { name: '' }, ['name']],
    ['a name of spaces', { name: ' \t ' }, ['name']],
    ['a name of 81 characters', { name: 'x'.repeat(81) }, ['name']],
    ['a huge name', { name: huge }, ['name']],
    ['a line feed in a name', { name: 'a\nb' }, ['name']],
    ['a NUL in a name', { name: 'a\u0000b' }, ['name']],
    ['a C1 control character in a name', { name: 'a\u0085b' }, ['name']],
    ['half a surrogate pair in a name', { name: loneSurrogate }, ['name']],
    ['half a surrogate pair in a description', { description: loneSurrogate }, ['description']],
    ['a description of 1001 characters', { description: 'x'.repeat(1001) }, ['description']],
    ['an unknown environment', { environment: 'prod' }, ['environment']],
    ['an environment in capitals', { environment: 'Live' }, ['environment']],
    ['an empty product', { product: '' }, ['product']],
    ['a huge product', { product: huge }, ['product']],
    ['a scope without a verb', { scopes: ['orders'] }, ['scopes.0']],
    ['a scope with a space', { scopes: ['orders:read', 'orders: read'] }, ['scopes.1']],
    ['a scope with a line feed', { scopes: ['orders:read\n'] }, ['scopes.0']],
    ['a scope twice', { scopes: ['orders:read', 'orders:read'] }, ['scopes']],
    ['101 scopes', { scopes: Array.from({ length: 101 }, (_, index) => `orders:s${index}`) }, ['scopes']],
    ['no days', { expiresInDays: 0 }, ['expiresInDays']],
    ['half a day', { expiresInDays: 0.5 }, ['expiresInDays']],
    ['more than ten years', { expiresInDays: 3651 }, ['expiresInDays']],
    ['days as a text', { expiresInDays: '30' }, ['expiresInDays']],
    ['endless days', { expiresInDays: Number.POSITIVE_INFINITY }, ['expiresInDays']],
    ['never said no', { neverExpires: false }, ['neverExpires']],
    ['two expiries', { expiresInDays: 30, neverExpires: true }, ['expiresAt']],
    ['three expiries', { expiresInDays: 30, expiresAt: '2027-01-31T12:00:00Z', neverExpires: true }, ['expiresAt']],
    ['an expiry without a zone', { expiresAt: '2027-01-31T12:00:00' }, ['expiresAt']],
    ['an expiry beyond the year 9999', { expiresAt: '9999-12-31T23:30:00-01:00' }, ['expiresAt']],
    ['an owner with an unknown field', { owner: { phone: '1' } }, ['owner']],
    ['an owner whose address is none', { owner: { email: 'ada' } }, ['owner.email']],
    ['an owner with two addresses', { owner: { email: 'ada@example.com, eve@example.com' } }, ['owner.email']],
    ['an owner with a header in the address', { owner: { email: 'ada@example.com\nBcc: eve@example.com' } }, ['owner.email']],
    ['an owner with a control character', { owner: { name: 'A\u0007da' } }, ['owner.name']],
    ['a tag name with a space', { tags: { 'a b': 'x' } }, ['tags.a b']],
    ['an empty tag name', { tags: { '': 'x' } }, ['tags.']],
    ['a tag name of 65 characters', { tags: { ['x'.repeat(65)]: 'x' } }, [`tags.${'x'.repeat(65)}`]],
    ['an empty tag', { tags: { team: '' } }, ['tags.team']],
    ['a tag of 257 characters', { tags: { team: 'x'.repeat(257) } }, ['tags.team']],
    ['a tag that is no text', { tags: { team: 1 } }, ['tags.team']],
    ['51 tags', { tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, 'x'])) }, ['tags']],
    ['an address that is none', { allowedIps: ['192.0.2.1', 'example.com'] }, ['allowedIps.1']],
    ['a range too narrow', { allowedIps: ['192.0.2.0/33'] }, ['allowedIps.0']],
    ['an empty list of addresses', { allowedIps: [] }, ['allowedIps']],
    ['51 addresses', { allowedIps: Array.from({ length: 51 }, () => '192.0.2.1') }, ['allowedIps']],
    ['a limit without a window', { rateLimit: { limit: 1 } }, ['rateLimit.windowSec']],
    ['a limit of nothing', { rateLimit: { limit: 0, windowSec: 1 } }, ['rateLimit.limit']],
    ['a window of more than a day', { rateLimit: { limit: 1, windowSec: 86_401 } }, ['rateLimit.windowSec']],
    ['a limit with an unknown field', { rateLimit: { limit: 1, windowSec: 1, burst: 1 } }, ['rateLimit']],
    ['an unknown field', { colour: 'red' }, ['-']],
    ['a field of the answer', { id: 'key_x' }, ['-']],
    ['null for a name', { name: null }, ['name']],
    ['null for active', { active: null }, ['active']],
    ['null for tags', { tags: null }, ['tags']],
    ['null for scopes', { scopes: null }, ['scopes']],
  ])('refuses %s', (_, given, paths) => {
    expect(faults(issueKeyRequest, { ...plain, ...given })).toEqual(paths);
  });

  const fields = [
    'name', 'description', 'product', 'environment', 'scopes', 'expiresInDays', 'expiresAt', 'neverExpires', 'active', 'owner', 'tags', 'rotateBy',
    'allowedIps', 'rateLimit',
  ];

  it.each(fields)('refuses another type for %s', (field) => {
    const taken = wrongTypes.filter((value) => issueKeyRequest.safeParse({ ...plain, [field]: value }).success);
    // `true` is a value of active and neverExpires, 5 one of expiresInDays, {} one of tags and of owner.
    const right: Record<string, unknown[]> = { expiresInDays: [5], active: [true], neverExpires: [true], tags: [{}], owner: [{}] };
    expect(taken).toEqual(right[field] ?? []);
  });

  it.each([null, [], 'text', 5, true])('is an object, not %j', (body) => {
    expect(faults(issueKeyRequest, body)).toEqual(['-']);
  });

  it('says how long a name may be and how long it was', () => {
    const { error } = issueKeyRequest.safeParse({ ...plain, name: 'x'.repeat(112) });
    expect(error?.issues.map(({ message }) => message)).toEqual(['Name must be 1–80 characters, got 112.']);
  });

  it('names an unknown field called __proto__ too, and is not changed by it', () => {
    const body: unknown = JSON.parse(`{${JSON.stringify(plain).slice(1, -1)},"__proto__":{"active":false}}`);
    expect(faults(issueKeyRequest, body)).toEqual(['-']);
  });
});
