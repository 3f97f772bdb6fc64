import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { oidcIssuer } from '../../../shared/signIn/issuer.ts';
import { LoopbackIssuer } from './loopbackIssuer.ts';

let server: LoopbackIssuer;
beforeEach(async () => {
  server = await LoopbackIssuer.start();
});
afterEach(() => server.close());

const connect = (issuer = server.url) => oidcIssuer({ issuer, clientIds: ['console'], audience: null });
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const discovery = '/.well-known/openid-configuration';

describe('an issuer', () => {
  it('is found out once, by its discovery document, and its keys are fetched once', async () => {
    const issuer = connect();
    const token = await server.token();
    expect(await issuer.verify(token)).toEqual({ subject: 'subject-1', sessionId: 'jti-1' });
    await issuer.verify(token);
    expect(server.asked.map(({ path }) => path)).toEqual([discovery, '/jwks']);
  });

  it('is found out anew after an hour, keys included, and goes on as it was while it does not answer', async () => {
    let nowMs = Date.parse('2026-11-22T08:00:00.000Z');
    const issuer = oidcIssuer({ issuer: server.url, clientIds: ['console'], audience: null, nowMs: () => nowMs });
    const token = await server.token();
    await issuer.verify(token);
    nowMs += 3_599_999;
    await issuer.verify(token);
    expect(server.asked.map(({ path }) => path)).toEqual([discovery, '/jwks']);
    nowMs += 1;
    await issuer.verify(token);
    expect(server.asked.map(({ path }) => path)).toEqual([discovery, '/jwks', discovery, '/jwks']);
    nowMs += 3_600_000;
    server.answers.set(discovery, 503);
    expect((await issuer.verify(token)).subject).toBe('subject-1');
  });

  it('is asked again after it did not answer', async () => {
    const issuer = connect();
    const document = server.answers.get(discovery);
    server.answers.set(discovery, 503);
    await expect(issuer.verify(await server.token())).rejects.toThrow('answered 503');
    server.answers.set(discovery, document);
    expect((await issuer.verify(await server.token())).subject).toBe('subject-1');
  });

  it.each<[string, unknown]>([
    ['names another issuer', { issuer: 'https://evil.example', jwks_uri: 'SELF/jwks', userinfo_endpoint: 'SELF/me' }],
    ['names the issuer but for a slash', { issuer: 'SELF/', jwks_uri: 'SELF/jwks', userinfo_endpoint: 'SELF/me' }],
    ['names no keys', { issuer: 'SELF', userinfo_endpoint: 'x' }],
    ['names no place to ask for the address', { issuer: 'SELF', jwks_uri: 'x' }],
    ['is no object', 'text'],
    ['leads elsewhere', 302],
    ['is not there', undefined],
  ])('whose discovery document %s vouches for nobody', async (_, document) => {
    const answer: unknown = typeof document === 'object' && document !== null ? JSON.parse(JSON.stringify(document).replaceAll('SELF', server.url)) : document;
    server.answers.set(discovery, answer);
    await expect(connect().verify(await server.token())).rejects.toThrow(/.+/);
  });
});

describe('an issuer on HTTPS', () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each(['jwks_uri', 'userinfo_endpoint'])('whose %s is not vouches for nobody, and is not asked there', async (field) => {
    const asked: string[] = [];
    const document = { issuer: 'https://login.example', jwks_uri: 'https://login.example/jwks', userinfo_endpoint: 'https://login.example/me', [field]: 'http://login.example/x' };
    vi.stubGlobal('fetch', async (uri: string) => (asked.push(uri), Response.json(document)));
    await expect(connect('https://login.example').verify(await server.token({ iss: 'https://login.example' }))).rejects.toThrow('away from HTTPS');
    expect(asked).toEqual(['https://login.example/.well-known/openid-configuration']);
  });
});

describe('a token', () => {
  it.each<[string, Record<string, unknown>]>([
    ['that is over', { exp: Math.floor(Date.now() / 1000) - 1 }],
    ['that never ends', { exp: undefined }],
    ['that is not good yet', { nbf: Math.floor(Date.now() / 1000) + 600 }],
    ['of another issuer, by its own word', { iss: 'https://evil.example' }],
    ['of no issuer', { iss: undefined }],
    ['of another client', { client_id: 'other' }],
    ['that is an ID token', { token_use: 'id', aud: 'console' }],
    ['of no subject', { sub: undefined }],
  ])('%s opens nothing', async (_, claims) => {
    await expect(connect().verify(await server.token(claims))).rejects.toThrow(/.+/);
  });

  it('signed by another issuer opens nothing, though it says all the right things', async () => {
    const other = await LoopbackIssuer.start();
    await expect(connect().verify(await other.token({ iss: server.url }))).rejects.toThrow(/signature/i);
    other.close();
  });

  it('signed by a key that the issuer does not publish opens nothing', async () => {
    await expect(connect().verify(await server.token({}, { kid: 'key-2' }))).rejects.toThrow(/key-2/);
  });

  it('that says it needs no signature opens nothing', async () => {
    const [, payload] = (await server.token()).split('.');
    for (const alg of ['none', 'None', 'NONE', '']) {
      await expect(connect().verify(`${part({ alg, kid: 'key-1' })}.${payload}.`)).rejects.toThrow(/.+/);
      await expect(connect().verify(`${part({ alg, kid: 'key-1' })}.${payload}.${part({})}`)).rejects.toThrow(/.+/);
    }
  });

  it('signed with the issuer’s public key as if it were a secret opens nothing', async () => {
    const { keys } = server.answers.get('/jwks') as { keys: { n: string }[] };
    const [, payload] = (await server.token()).split('.');
    const unsigned = `${part({ alg: 'HS256', kid: 'key-1' })}.${payload}`;
    for (const secret of [keys[0]?.n ?? '', Buffer.from(keys[0]?.n ?? '', 'base64url'), JSON.stringify(keys[0])]) {
      const signature = createHmac('sha256', secret).update(unsigned).digest('base64url');
      await expect(connect().verify(`${unsigned}.${signature}`)).rejects.toThrow(/.+/);
    }
  });

  it('whose content was changed opens nothing', async () => {
    const [header, payload = '', signature] = (await server.token()).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    await expect(connect().verify(`${header}.${part({ ...claims, sub: 'somebody-else' })}.${signature}`)).rejects.toThrow(/signature/i);
  });
});

describe('an e-mail address', () => {
  const emailOf = async (answer: unknown) => {
    server.answers.set('/me', typeof answer === 'object' ? { sub: 'subject-1', ...answer } : answer);
    return (await connect().holderOf('token-1'))?.email ?? null;
  };

  it('is the issuer’s word for whoever holds the token, in lower case', async () => {
    expect(await emailOf({ sub: 's', email: 'Ada@Example.COM', email_verified: true })).toBe('ada@example.com');
    expect(server.asked.at(-1)).toEqual({ path: '/me', authorization: 'Bearer token-1' });
  });

  it('may be verified in the words of Cognito', async () => {
    expect(await emailOf({ email: 'ada@example.com', email_verified: 'true' })).toBe('ada@example.com');
  });

  it.each([{ email: 'ada@example.com' }, { email: 'ada@example.com', email_verified: false }, { email: 'ada@example.com', email_verified: 'false' }, { email: 'ada@example.com', email_verified: 1 }, { email: ['ada@example.com'], email_verified: true }, { email_verified: true }])(
    'that nobody verified, %j, is none',
    async (claims) => {
      expect(await emailOf(claims)).toBeNull();
    },
  );

  it.each(['mi\u212ae@example.com', 'mike@e\u212aample.com', 'ｍike@example.com', 'mike@example.com\n', 'mi ke@example.com', ''])('that lower case would turn into another’s, or that nobody could be invited by, %j, is none', async (email) => {
    expect(await emailOf({ email, email_verified: true })).toBeNull();
  });

  it('comes with the subject that it belongs to', async () => {
    server.answers.set('/me', { sub: 'subject-7', email: 'ada@example.com', email_verified: true });
    expect(await connect().holderOf('token-1')).toEqual({ subject: 'subject-7', email: 'ada@example.com' });
  });

  it('of nobody is none', async () => {
    expect(await emailOf({ sub: undefined, email: 'ada@example.com', email_verified: true })).toBeNull();
  });

  it.each([401, 403])('is none where the issuer will not say it (%i), as for a sign-in without the scope openid', async (status) => {
    expect(await emailOf(status)).toBeNull();
  });

  it('is not asked for elsewhere, where the issuer leads to', async () => {
    server.answers.set('/elsewhere', { email: 'ada@example.com', email_verified: true });
    await expect(emailOf(302)).rejects.toThrow(/.+/);
    expect(server.asked.map(({ path }) => path)).not.toContain('/elsewhere');
  });

  it.each([302, 500])('is unknown, and the question fails, where the issuer answers %i', async (status) => {
    await expect(emailOf(status)).rejects.toThrow(/.+/);
  });
});
