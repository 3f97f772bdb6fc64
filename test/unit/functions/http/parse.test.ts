import type { APIGatewayProxyEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { parseRequest } from '../../../../functions/http/parse.ts';
import { routes } from '../../../../shared/api/routes.ts';
import { problemOf } from '../../problemOf.ts';

const plain = { name: 'Checkout', product: 'orders', environment: 'live', scopes: ['orders:read'] };

/** The parts of an event that are read, with a body that is the plain one unless told otherwise. */
function event(parts: Partial<APIGatewayProxyEvent> = {}): APIGatewayProxyEvent {
  return {
    body: JSON.stringify(plain),
    isBase64Encoded: false,
    headers: { 'Content-Type': 'application/json' },
    pathParameters: { organizationId: 'org_1' },
    multiValueQueryStringParameters: null,
    ...parts,
  } as APIGatewayProxyEvent;
}

const issued = (parts: Partial<APIGatewayProxyEvent> = {}) => parseRequest(routes.issueKey, event(parts));
const listed = (query: Record<string, string[]>) => parseRequest(routes.listKeys, event({ body: null, multiValueQueryStringParameters: query }));
const rotated = (body: string | null) => parseRequest(routes.rotateKey, event({ body, headers: {} })).body;

describe('the body', () => {
  it.each([
    ['as JSON', {}],
    ['without a content type', { headers: {} }],
    ['with a charset', { headers: { 'content-type': 'application/json; charset=utf-8' } }],
    ['as another JSON', { headers: { 'CONTENT-TYPE': 'Application/merge-patch+json' } }],
    ['in base64', { body: Buffer.from(JSON.stringify(plain)).toString('base64'), isBase64Encoded: true }],
    ['with white space around it', { body: ` \n${JSON.stringify(plain)}\n` }],
  ])('is taken %s', (_, parts) => {
    expect(issued(parts).body).toEqual(plain);
  });

  it.each([
    ['invalid_json', 'broken off', { body: '{"name":' }],
    ['invalid_json', 'empty', { body: '' }],
    ['invalid_json', 'absent', { body: null }],
    ['invalid_json', 'not UTF-8', { body: Buffer.from([0x22, 0xff, 0x22]).toString('base64'), isBase64Encoded: true }],
    ['unsupported_media_type', 'a form', { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }],
    ['unsupported_media_type', 'text', { headers: { 'Content-Type': 'text/plain' } }],
    ['unsupported_media_type', 'almost JSON', { headers: { 'Content-Type': 'application/jsonp' } }],
    ['invalid_request', 'null', { body: 'null' }],
    ['invalid_request', 'a list', { body: '[]' }],
    ['invalid_request', 'a text', { body: '"x"' }],
  ])('is a problem, %s, when it is %s', (code, _, parts) => {
    expect(problemOf(() => issued(parts)).code).toBe(code);
  });

  it.each([['', {}], [null, {}], ['', { 'Content-Type': 'text/plain' }]])('%j is said to be empty, and not to be bad JSON', (body, headers) => {
    const { code, detail } = problemOf(() => issued({ body, headers }));
    expect([code, detail]).toEqual(['invalid_json', 'The body is empty; a JSON object is needed.']);
  });

  it('may hold 64 KiB and not a byte more, counted in bytes', () => {
    const padded = (bytes: number) => JSON.stringify(plain).padEnd(bytes, ' ');
    expect(issued({ body: padded(65_536) }).body).toEqual(plain);
    expect(problemOf(() => issued({ body: padded(65_537) })).detail).toBe('The body may hold 65536 bytes, got 65537.');
    const umlauts = `"${'ä'.repeat(32_768)}"`;
    expect(problemOf(() => issued({ body: umlauts })).detail).toBe('The body may hold 65536 bytes, got 65538.');
  });

  it('is not quoted by the problem: it may hold a token', () => {
    const { detail, extras, cause } = problemOf(() => issued({ body: '{"token":"gw_live_SECRET"' }));
    expect(JSON.stringify([detail, extras, cause ?? null])).not.toContain('SECRET');
  });

  it.each([
    ['at its top', '{"__proto__":{"active":false},"name":"x"}'],
    ['among the tags', '{"name":"x","tags":{"__proto__":"x"}}'],
  ])('with a member that JavaScript would lose, %s, is a problem rather than something else', (_, body) => {
    expect(problemOf(() => issued({ body }))).toMatchObject({
      code: 'invalid_request',
      extras: { errors: [{ path: '__proto__', message: 'This name is not allowed.' }] },
    });
  });

  it('that arrives with replacement characters was not UTF-8: a problem, unless they are written as an escape', () => {
    expect(problemOf(() => issued({ body: JSON.stringify({ ...plain, name: 'a\uFFFDb' }) })).code).toBe('invalid_json');
    expect(issued({ body: JSON.stringify({ ...plain, name: 'a?b' }).replace('?', '\\uFFFD') }).body).toMatchObject({ name: 'a\uFFFDb' });
  });

  it('may be left out where the route says so', () => {
    expect(rotated(null)).toEqual({});
    expect(rotated('')).toEqual({});
    expect(rotated('{"gracePeriodHours":0}')).toEqual({ gracePeriodHours: 0 });
  });

  it('is not read by a route that has none', () => {
    expect(parseRequest(routes.whoami, event({ body: '{"name":' })).body).toBeUndefined();
  });
});

describe('faults', () => {
  it('are all named at once, each by its path and in words', () => {
    const body = JSON.stringify({
      ...plain, name: '', scopes: ['orders:read', 'x'], owner: { email: 'ada', phone: 1 }, tags: { 'a b': 'x' }, colour: 'red', size: 1,
    });
    const problem = problemOf(() => issued({ body, headers: { 'Idempotency-Key': 'has space' } }));
    expect(problem.code).toBe('invalid_request');
    expect(problem.detail).toBe('The request is invalid: idempotency-key, name, scopes[1], owner.email, owner.phone, tags.a b, colour, size.');
    expect(problem.extras.errors).toEqual([
      { path: 'idempotency-key', message: 'must be 1–255 visible ASCII characters' },
      { path: 'name', message: 'Name must be 1–80 characters, got 0.' },
      { path: 'scopes[1]', message: 'must look like "orders:read"' },
      { path: 'owner.email', message: 'must be an e-mail address' },
      { path: 'owner.phone', message: 'This field is unknown.' },
      { path: 'tags.a b', message: 'must be 1–64 letters, digits, ".", "_" or "-", starting with a letter or digit' },
      { path: 'colour', message: 'This field is unknown.' },
      { path: 'size', message: 'This field is unknown.' },
    ]);
  });

  it('of the body as a whole have an empty path', () => {
    expect(problemOf(() => issued({ body: '[]' }))).toMatchObject({
      detail: 'The request is invalid: the body.',
      extras: { errors: [{ path: '', message: 'must be an object, got a list' }] },
    });
  });

  it.each<[string, string, object]>([
    ['name', 'Name is missing.', { name: undefined }],
    ['product', 'is missing; must be a text', { product: undefined }],
    ['environment', 'is missing; must be one of live, test', { environment: undefined }],
    ['rateLimit.windowSec', 'is missing; must be a number', { rateLimit: { limit: 5 } }],
    ['scopes', 'must be a list, got null', { scopes: null }],
    ['description', 'must be a text, got a number', { description: 123456 }],
    ['active', 'must be true or false, got a text', { active: 'yes' }],
    ['tags', 'must be an object, got a list', { tags: [] }],
    ['owner', 'must be an object, got a text', { owner: 'Ada' }],
    ['product', 'must be a text, got an object', { product: {} }],
    ['environment', 'must be one of live, test, got "prod"', { environment: 'prod' }],
    ['neverExpires', 'must be true, got false', { neverExpires: false }],
    ['expiresInDays', 'must be a number, got a text', { expiresInDays: '30' }],
    ['expiresInDays', 'must be a whole number, got 1.5', { expiresInDays: 1.5 }],
    ['expiresInDays', 'must be at least 1, got 0', { expiresInDays: 0 }],
    ['expiresInDays', 'must be at most 3650, got 3651', { expiresInDays: 3651 }],
    ['product', 'must have at least 1 character, got 0', { product: '' }],
    ['description', 'must have at most 1000 characters, got 1001', { description: 'x'.repeat(1001) }],
    ['scopes', 'must have at most 100 items, got 101', { scopes: Array.from({ length: 101 }, (_, index) => `a:s${index}`) }],
  ])('say what was expected of a field and what came: %s %s', (path, message, fields) => {
    expect(problemOf(() => issued({ body: JSON.stringify({ ...plain, ...fields }) })).extras.errors).toEqual([{ path, message }]);
  });

  it.each([['updateKey'], ['updateOrganization'], ['updateMember']] as const)('of %s are the unknown field alone, not a body without fields as well', (id) => {
    const parse = (body: string) => () => parseRequest(routes[id], event({ body }));
    expect(problemOf(parse('{"colour":"red"}')).extras.errors).toEqual([{ path: 'colour', message: 'This field is unknown.' }]);
    expect(problemOf(parse('{}')).extras.errors).toEqual([{ path: '', message: 'Name at least one field to change.' }]);
  });

  it.each([
    ['token', 'gw_live_4f8KmQ2xT7Zb'.padEnd(58, 'x'), 58],
    ['step-up', 'stp_'.padEnd(36, 'x'), 36],
  ])('do not repeat what is long enough for a %s', (_, secret, characters) => {
    expect(problemOf(() => issued({ body: JSON.stringify({ ...plain, environment: secret }) })).extras.errors).toEqual([
      { path: 'environment', message: `must be one of live, test, got ${characters} characters` },
    ]);
  });

  it('of an address that is none say what one is', () => {
    const parse = () => parseRequest(routes.verifyToken, event({ body: '{"token":"x","ip":"nowhere"}' }));
    expect(problemOf(parse).extras.errors).toEqual([{ path: 'ip', message: 'must be an IPv4 or IPv6 address' }]);
  });
});

describe('the query', () => {
  it('is parsed, defaults included, and a tag may be given several times', () => {
    expect(listed({}).query).toEqual({ limit: 50 });
    expect(listed({ limit: ['7'], status: ['revoked'], tag: ['team:a', 'region:eu'] }).query).toEqual({
      limit: 7,
      status: 'revoked',
      tag: [
        { name: 'team', value: 'a' },
        { name: 'region', value: 'eu' },
      ],
    });
  });

  it.each([
    ['limit', ['ten'], 'must be a whole number from 1 to 100'],
    ['limit', ['5', '6'], 'must be given once'],
    ['status', ['active', 'active'], 'must be given once'],
    ['colour', ['red'], 'This field is unknown.'],
    ['constructor', ['x'], 'This field is unknown.'],
    ['__proto__', ['x'], 'This field is unknown.'],
    ['expiresBefore', ['soon'], 'must be an ISO 8601 time such as "2027-01-31T12:00:00Z"'],
  ])('is a problem with %s=%j', (name, values, message) => {
    const query = Object.fromEntries([[name, values]]);
    expect(problemOf(() => listed(query))).toMatchObject({ code: 'invalid_request', extras: { errors: [{ path: name, message }] } });
  });
});

describe('headers', () => {
  it('are found in any case', () => {
    expect(issued({ headers: { 'IDEMPOTENCY-key': 'retry-1' } }).headers).toEqual({ 'idempotency-key': 'retry-1' });
    expect(issued().headers).toEqual({});
  });

  it.each(['', 'has space', 'ä', 'x'.repeat(256), 'tab\there'])('an Idempotency-Key "%s" is a problem', (key) => {
    expect(problemOf(() => issued({ headers: { 'Idempotency-Key': key } })).extras.errors?.[0]?.path).toBe('idempotency-key');
  });

  it.each(['"3"', 'W/"3"', '*', '"3", "4"', '""'])('an If-Match %s is taken', (tag) => {
    const parsed = parseRequest(routes.updateKey, event({ headers: { 'If-Match': tag }, body: '{"name":"Till"}' }));
    expect(parsed.headers).toEqual({ 'if-match': tag });
  });

  it.each(['3', '"3', "'3'", '"3",', '*, "3"'])('an If-Match %s is a problem', (tag) => {
    const parse = () => parseRequest(routes.updateKey, event({ headers: { 'If-Match': tag }, body: '{"name":"Till"}' }));
    expect(problemOf(parse).extras.errors).toEqual([{ path: 'if-match', message: 'must be a quoted version such as "3"' }]);
  });
});

describe('names in the path', () => {
  it('are those of the route', () => {
    const pathParameters = { organizationId: 'org_1', keyId: 'key_1', other: 'x' };
    expect(parseRequest(routes.getKey, event({ pathParameters })).params).toEqual({ organizationId: 'org_1', keyId: 'key_1' });
  });

  it.each([
    ['too long for any', 'x'.repeat(201)],
    ['too long for the store', 'x'.repeat(4_000)],
    ['half a surrogate pair', 'key_\ud800'],
  ])('that cannot be one, %s, are looked up as one that never was, so that the answer costs the same', (_, keyId) => {
    expect(parseRequest(routes.getKey, event({ pathParameters: { organizationId: 'org_1', keyId } })).params).toEqual({ organizationId: 'org_1', keyId: '~' });
  });
});
