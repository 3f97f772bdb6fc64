import { beforeAll, describe, expect, it } from 'vitest';
import { sendRaw } from '../support/http.ts';
import { expectProblem } from '../support/problems.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();
const valid = { name: 'K', product: 'orders', environment: 'live', scopes: ['orders:read'] };
const maxBodyBytes = 65_536;
let bodied: [method: string, path: string, token?: string][] = [];
let before: string[] = [];

beforeAll(async () => {
  const { key } = await system().issue();
  const inside = `/organizations/${system().organizationId}`;
  const person = await system().join(system().organizationId, 'superadmin');
  bodied = [
    ['POST', system().keysPath],
    ['PATCH', `${system().keysPath}/${key.id}`],
    ['POST', `${system().keysPath}/${key.id}/rotate`],
    ['POST', `${system().keysPath}/${key.id}/revoke`],
    ['POST', '/keys/verify'],
    ['POST', '/organizations'],
    ['PATCH', inside],
    ['POST', `${inside}/members`],
    ['PATCH', `${inside}/members/${person.memberId}`],
    ['PUT', `${inside}/roles/support`],
    ['PUT', `${inside}/me/pin`, person.token],
    ['POST', `${inside}/me/pin/verifications`, person.token],
  ];
  before = await system().operator.snapshot();
});

/** Sends the same to every route that takes a body; nothing to those that need one, since rotating may go without. */
async function sendToAll(options: { rawBody: string | Uint8Array<ArrayBuffer>; headers?: Record<string, string> }) {
  const answers = [];
  for (const [method, path, token] of bodied) {
    if (options.rawBody !== '' || !path.endsWith('/rotate')) answers.push(await system().call(method, path, { ...options, ...(token !== undefined && { token }) }));
  }
  return answers;
}

describe('every route that takes a body', () => {
  it.each(['{', '{"name":"a",}', "{'name':'a'}", 'undefined', '{"name":"a"} x', '\uFEFF{', '[1', '"\t"'])('calls %j no JSON', async (rawBody) => {
    for (const answer of await sendToAll({ rawBody })) {
      expectProblem(answer, 400, 'invalid_json');
      expect(answer.body.detail).toBe('The body is not valid JSON in UTF-8.');
    }
  });

  it('calls no body one that is empty', async () => {
    for (const answer of await sendToAll({ rawBody: '' })) {
      expectProblem(answer, 400, 'invalid_json');
      expect(answer.body.detail).toBe('The body is empty; a JSON object is needed.');
    }
  });

  it.each(['null', '[]', '7', '"text"', 'true', '[{}]'])('calls %s a body of the wrong shape', async (rawBody) => {
    for (const answer of await sendToAll({ rawBody })) expectProblem(answer, 400, 'invalid_request', ['']);
  });

  it.each([[[0x22, 0xff, 0x22]], [[0x7b, 0x22, 0x6e, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]], [[0x22, 0xed, 0xa0, 0x80, 0x22]]])('calls the bytes %j no UTF-8', async (bytes) => {
    for (const answer of await sendToAll({ rawBody: Uint8Array.from(bytes) })) expectProblem(answer, 400, 'invalid_json');
  });

  it('takes no name that objects give a meaning of their own', async () => {
    for (const rawBody of ['{"__proto__":{"name":"x"}}', '{"tags":{"__proto__":"x"}}']) {
      for (const answer of await sendToAll({ rawBody })) expectProblem(answer, 400, 'invalid_request', ['__proto__']);
    }
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp', 'text/json'])('takes no %s', async (type) => {
    for (const answer of await sendToAll({ rawBody: '{}', headers: { 'Content-Type': type } })) expectProblem(answer, 415, 'unsupported_media_type');
  });

  it('takes 65,536 bytes and not one more, counted as bytes and not as characters', async () => {
    const filler = (bytes: number) => `"${'é'.repeat((bytes - 2) / 2)}"`;
    for (const answer of await sendToAll({ rawBody: filler(maxBodyBytes) })) expectProblem(answer, 400, 'invalid_request', ['']);
    for (const answer of await sendToAll({ rawBody: `${filler(maxBodyBytes)} ` })) expectProblem(answer, 413, 'body_too_large');
    for (const answer of await sendToAll({ rawBody: ' '.repeat(1_000_000) })) expectProblem(answer, 413, 'body_too_large');
  });

  it('has changed nothing with any of this', async () => {
    expect(await system().operator.snapshot()).toEqual(before);
  });
});

describe('every route that takes none and changes something', () => {
  it('takes no more than 65,536 bytes either', async () => {
    const inside = `/organizations/${system().organizationId}`;
    const { memberId } = await system().join(system().organizationId, 'viewer');
    const unchanged = await system().operator.snapshot();
    for (const path of [`${inside}/members/${memberId}`, `${inside}/members/${memberId}/pin`, `${inside}/roles/support`]) {
      expectProblem(await system().call('DELETE', path, { rawBody: ' '.repeat(maxBodyBytes + 1) }), 413, 'body_too_large');
    }
    expect(await system().operator.snapshot()).toEqual(unchanged);
  });
});

describe('content types that mean JSON', () => {
  it.each(['application/json', 'Application/JSON; charset=utf-8', 'application/merge-patch+json'])('%s', async (type) => {
    const response = await system().call('POST', system().keysPath, { body: valid, headers: { 'Content-Type': type } });
    expect(response.status).toBe(201);
  });

  it('and none at all', async () => {
    const headers = ['X-API-Key', system().rootToken];
    const response = await sendRaw(`${system().managementUrl}/v1/keys/verify`, { method: 'POST', headers, body: '{"token":"x"}' });
    expect([response.status, response.body]).toEqual([200, { valid: false, code: 'malformed_key' }]);
  });
});

describe('a query is refused', () => {
  it.each([
    ['limit=0', ['limit']],
    ['limit=101', ['limit']],
    ['limit=-5', ['limit']],
    ['limit=1.5', ['limit']],
    ['limit=ten', ['limit']],
    ['limit=', ['limit']],
    ['limit=5&limit=6', ['limit']],
    ['cursor=a&cursor=b', ['cursor']],
    [`cursor=${'x'.repeat(1001)}`, ['cursor']],
    ['status=gone', ['status']],
    ['status=active&status=revoked', ['status']],
    ['environment=prod', ['environment']],
    [`product=${'x'.repeat(41)}`, ['product']],
    [`owner=${'x'.repeat(255)}`, ['owner']],
    ['tag=team', ['tag[0]']],
    ['tag=a%3Ab&tag=%3Ax', ['tag[1]']],
    [Array.from({ length: 11 }, () => 'tag=a%3Ab').join('&'), ['tag']],
    [`search=${'x'.repeat(101)}`, ['search']],
    ['expiresBefore=tomorrow', ['expiresBefore']],
    ['expiresBefore=2027-01-01', ['expiresBefore']],
    ['sort=name', ['sort']],
    ['Limit=5', ['Limit']],
    ['__proto__=x', ['__proto__']],
    ['constructor=x', ['constructor']],
    ['limit=0&status=gone', ['limit', 'status']],
  ])('for %s', async (query, paths) => {
    expectProblem(await system().call('GET', `${system().keysPath}?${query}`), 400, 'invalid_request', paths);
  });

  it('for an escape that is none', async () => {
    expectProblem(await system().call('GET', `${system().keysPath}?search=%ZZ`), 400, 'invalid_request');
  });
});

describe('every other list', () => {
  it.each(['limit=0', 'limit=101', 'limit=ten', 'limit=5&limit=6', 'cursor=a&cursor=b', 'sort=name', '__proto__=x'])('refuses the query %s', async (query) => {
    const { key } = await system().issue();
    const inside = `/organizations/${system().organizationId}`;
    for (const list of ['/organizations', `${inside}/members`, `${inside}/events`, `${inside}/events/checkpoints`, `${inside}/keys/${key.id}/events`]) {
      expectProblem(await system().call('GET', `${list}?${query}`), 400, 'invalid_request');
    }
  });

  it.each(['x', 'WyJ4Il0', Buffer.from('["keys:org_x","a","b"]').toString('base64url')])('refuses the cursor %s', async (cursor) => {
    const { key } = await system().issue();
    const inside = `/organizations/${system().organizationId}`;
    for (const list of ['/organizations', `${inside}/keys`, `${inside}/members`, `${inside}/events`, `${inside}/events/checkpoints`, `${inside}/keys/${key.id}/events`]) {
      expectProblem(await system().call('GET', `${list}?cursor=${cursor}`), 400, 'invalid_cursor');
    }
  });
});

describe('two different tokens in one request', () => {
  it.each([
    ['X-API-Key twice', (root: string, other: string) => ['X-API-Key', root, 'x-api-key', other]],
    ['X-API-Key and Authorization', (root: string, other: string) => ['X-API-Key', root, 'Authorization', `Bearer ${other}`]],
    ['one header, joined by a comma', (root: string, other: string) => ['X-API-Key', `${root}, ${other}`]],
    ['a good one and rubbish', (root: string) => ['X-API-Key', root, 'Authorization', 'Bearer x']],
  ])('are refused: %s', async (_how, headersOf) => {
    const { token } = await system().issue({ product: 'gatewarden', scopes: ['keys:write'] });
    const unchanged = await system().operator.snapshot();
    const url = `${system().managementUrl}/v1${system().keysPath}`;
    const response = await sendRaw(url, { method: 'POST', headers: headersOf(system().rootToken, token), body: JSON.stringify(valid) });
    expectProblem(response, 401, 'unauthorized');
    expect(await system().operator.snapshot()).toEqual(unchanged);
  });

  it('are one when they are the same', async () => {
    const { rootToken, managementUrl } = system();
    const headers = ['X-API-Key', rootToken, 'authorization', `x-api-key ${rootToken}`, 'AUTHORIZATION', `bearer ${rootToken}`];
    expect((await sendRaw(`${managementUrl}/v1/whoami`, { headers })).status).toBe(200);
  });
});
