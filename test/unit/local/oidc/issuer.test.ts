import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '../../../../local/clock.ts';
import type { PlatformClock } from '../../../../local/clock.ts';
import { createUserPools } from '../../../../local/oidc/userPools.ts';
import type { UserPools } from '../../../../local/oidc/userPools.ts';

const callback = 'http://localhost:4702/';
const verifier = 'a-verifier-of-at-least-43-characters-0123456789';
const challenge = createHash('sha256').update(verifier).digest('base64url');

let dataDir: string;
let clock: PlatformClock;
let pools: UserPools;
let issuer: string;
let logged: string[];

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'issuer-'));
  await open();
});
afterEach(async () => {
  await pools.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function open(): Promise<void> {
  clock = createClock();
  logged = [];
  pools = createUserPools({ dataDir, port: 0, nowMs: clock.nowMs, log: (line) => void logged.push(line) });
  ({ issuer } = await pools.addPool('us-east-1_TEST'));
  const client = { callbackUrls: [callback], logoutUrls: [callback], scopes: ['openid', 'email'], accessTokenSec: 1800, idTokenSec: 1800, refreshTokenSec: 43_200 };
  pools.addClient('us-east-1_TEST', { id: 'console', ...client });
  pools.addClient('us-east-1_TEST', { id: 'other', ...client });
}

const request = { client_id: 'console', redirect_uri: callback, response_type: 'code', scope: 'openid email', state: 'a state & more', nonce: 'a nonce', code_challenge: challenge, code_challenge_method: 'S256' };
type Parameters = Partial<Record<keyof typeof request | 'prompt' | 'login_hint', string>>;

function authorizeUrl(changes: Parameters = {}): string {
  const parameters = Object.entries({ ...request, ...changes }).filter(([, value]) => value !== '');
  return `${issuer}/oauth2/authorize?${new URLSearchParams(parameters).toString()}`;
}

/** What the page's form does. */
function enter(email: string, changes: Parameters = {}, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(authorizeUrl(changes), { method: 'POST', body: new URLSearchParams({ email }), headers, redirect: 'manual' });
}

async function codeFor(email: string): Promise<string> {
  return new URL((await enter(email)).headers.get('location') ?? '').searchParams.get('code') ?? '';
}

async function post(endpoint: string, fields: Record<string, string>): Promise<{ status: number; body: Record<string, string> }> {
  const response = await fetch(`${issuer}/oauth2/${endpoint}`, { method: 'POST', body: new URLSearchParams(fields) });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

const exchange = (code: string, changes: Record<string, string> = {}) =>
  post('token', { grant_type: 'authorization_code', client_id: 'console', redirect_uri: callback, code, code_verifier: verifier, ...changes });
const refresh = (refreshToken: string, changes: Record<string, string> = {}) =>
  post('token', { grant_type: 'refresh_token', client_id: 'console', refresh_token: refreshToken, ...changes });

async function claims(token: string | undefined): Promise<JWTPayload> {
  const { payload, protectedHeader } = await jwtVerify(token ?? '', createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`)), { currentDate: new Date(clock.nowMs()) });
  expect(protectedHeader.alg).toBe('RS256');
  return payload;
}

async function userInfo(token: string): Promise<{ status: number; body: Record<string, string> }> {
  const response = await fetch(`${issuer}/oauth2/userInfo`, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

describe('the code flow', () => {
  it('the discovery document leads to every endpoint, and names PKCE', async () => {
    const document = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;
    expect(document).toMatchObject({ issuer, code_challenge_methods_supported: ['S256'], response_types_supported: ['code'] });
    for (const name of ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri', 'end_session_endpoint', 'revocation_endpoint']) {
      expect((await fetch(String(document[name]))).status, name).not.toBe(404);
    }
  });

  it('the page asks for an address, and sends back a code and the state', async () => {
    const page = await fetch(authorizeUrl({ login_hint: '"><script>' }));
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const html = await page.text();
    expect(html).toContain('<label for="email">E-mail address</label>');
    expect(html).toContain('value="&quot;&gt;&lt;script&gt;"');
    const { status, headers } = await enter('ada@example.com');
    expect(status).toBe(302);
    const location = new URL(headers.get('location') ?? '');
    expect(location.origin + location.pathname).toBe(callback);
    expect(location.searchParams.get('state')).toBe('a state & more');
    expect(location.searchParams.get('code')).toMatch(/^[\w-]{32}$/u);
  });

  it('the tokens are shaped like those of Cognito', async () => {
    const { status, body } = await exchange(await codeFor('Ada@Example.com'));
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 1800 });
    const access = await claims(body['access_token']);
    expect(access).toMatchObject({ iss: issuer, client_id: 'console', token_use: 'access', scope: 'openid email', username: access.sub });
    expect(access).not.toHaveProperty('aud');
    expect(access).not.toHaveProperty('email');
    expect(Number(access.exp) - Number(access.iat)).toBe(1800);
    const id = await claims(body['id_token']);
    expect(id).toMatchObject({ iss: issuer, aud: 'console', token_use: 'id', sub: access.sub, email: 'ada@example.com', email_verified: true, nonce: 'a nonce', origin_jti: access['origin_jti'] });
    expect(id).toHaveProperty('at_hash');
    expect(id.jti).not.toBe(access.jti);
  });

  it('the user info of the access token says whose address it is, and that it is verified', async () => {
    const { body } = await exchange(await codeFor('ada@example.com'));
    const { sub } = await claims(body['access_token']);
    expect(await userInfo(body['access_token'] ?? '')).toEqual({ status: 200, body: { sub, username: sub, email: 'ada@example.com', email_verified: 'true' } });
    expect((await userInfo(body['id_token'] ?? '')).status).toBe(401);
    expect((await userInfo('x.y.z')).body).toMatchObject({ error: 'invalid_token' });
  });

  it('a refresh gives new tokens of the same sign-in, until it is over', async () => {
    const { body } = await exchange(await codeFor('ada@example.com'));
    clock.advance(3_600_000);
    expect((await userInfo(body['access_token'] ?? '')).status).toBe(401);
    const refreshed = await refresh(body['refresh_token'] ?? '');
    expect(refreshed.status).toBe(200);
    expect(refreshed.body).not.toHaveProperty('refresh_token');
    const [before, after] = [await claims(refreshed.body['access_token']), await claims(refreshed.body['id_token'])];
    expect(before['origin_jti']).toBe(after['origin_jti']);
    expect(Number(before.iat) - Number(before['auth_time'])).toBeGreaterThanOrEqual(3600);
    clock.advance(12 * 3_600_000);
    expect((await refresh(body['refresh_token'] ?? '')).body).toMatchObject({ error: 'invalid_grant' });
  });

  it('a revoked refresh token ends the sign-in', async () => {
    const { body } = await exchange(await codeFor('ada@example.com'));
    expect((await post('revoke', { client_id: 'console', token: body['refresh_token'] ?? '' })).status).toBe(200);
    expect((await refresh(body['refresh_token'] ?? '')).body).toMatchObject({ error: 'invalid_grant' });
    expect((await userInfo(body['access_token'] ?? '')).status).toBe(401);
  });

  it.each([
    ['another verifier', { code_verifier: `${verifier}x` }, 'invalid_grant'],
    ['no verifier', { code_verifier: '' }, 'invalid_grant'],
    ['another address', { redirect_uri: 'http://localhost:4703/' }, 'invalid_grant'],
    ['another client', { client_id: 'other' }, 'invalid_grant'],
    ['an unknown client', { client_id: 'nobody' }, 'invalid_client'],
    ['another grant', { grant_type: 'password' }, 'unsupported_grant_type'],
  ])('a code is not taken with %s', async (_, changes, error) => {
    expect(await exchange(await codeFor('ada@example.com'), changes)).toMatchObject({ status: 400, body: { error } });
  });

  it('a code is good once, and for five minutes', async () => {
    const code = await codeFor('ada@example.com');
    expect((await exchange(code)).status).toBe(200);
    expect((await exchange(code)).body).toMatchObject({ error: 'invalid_grant' });
    const late = await codeFor('ada@example.com');
    clock.advance(5 * 60_000);
    expect((await exchange(late)).body).toMatchObject({ error: 'invalid_grant' });
  });

  it('another client cannot refresh', async () => {
    const { body } = await exchange(await codeFor('ada@example.com'));
    expect((await refresh(body['refresh_token'] ?? '', { client_id: 'other' })).body).toMatchObject({ error: 'invalid_grant' });
  });
});

describe('a request that is refused', () => {
  it.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['an address that is not the client’s', { redirect_uri: 'http://localhost.example.com:4702/' }],
    ['another path', { redirect_uri: 'http://localhost:4702/elsewhere' }],
    ['no address', { redirect_uri: '' }],
  ])('%s: nobody is sent anywhere', async (_, changes) => {
    for (const response of [await fetch(authorizeUrl(changes), { redirect: 'manual' }), await enter('ada@example.com', changes)]) {
      expect(response.status).toBe(400);
      expect(response.headers.get('location')).toBeNull();
      expect(await response.text()).toContain('Sign-in refused');
    }
  });

  it.each([
    ['no PKCE', { code_challenge: '' }, 'invalid_request'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['the implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
    ['a scope that the client may not ask for', { scope: 'openid admin' }, 'invalid_scope'],
    ['a sign-in without a page', { prompt: 'none' }, 'login_required'],
  ])('%s: the client is told, with its state', async (_, changes, error) => {
    const response = await fetch(authorizeUrl(changes), { redirect: 'manual' });
    expect(response.status).toBe(302);
    const location = new URL(response.headers.get('location') ?? '');
    expect(location.origin + location.pathname).toBe(callback);
    expect(Object.fromEntries(location.searchParams)).toMatchObject({ error, state: 'a state & more' });
  });

  it('no address: the page says so', async () => {
    const response = await enter('not an address');
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('That is no e-mail address.');
  });

  it('a page of another site cannot send the form', async () => {
    expect((await enter('ada@example.com', {}, { origin: 'https://example.com' })).status).toBe(403);
  });
});

it('does not answer under the name of another host', async () => {
  const status = await new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: new URL(issuer).port, path: '/us-east-1_TEST/.well-known/jwks.json', headers: { Host: 'evil.example' } };
    get(options, (response) => resolve(response.resume().statusCode)).on('error', reject);
  });
  expect(status).toBe(403);
});

it('on loopback the port of the address is free to choose', async () => {
  const response = await enter('ada@example.com', { redirect_uri: 'http://localhost:4802/' });
  expect(response.headers.get('location')).toMatch(/^http:\/\/localhost:4802\/\?code=/u);
});

it('signing out goes to the address of the client, and to no other', async () => {
  const out = (target: string) => fetch(`${issuer}/logout?client_id=console&logout_uri=${encodeURIComponent(target)}`, { redirect: 'manual' });
  expect((await out(callback)).headers.get('location')).toBe(callback);
  expect((await out('https://example.com/')).status).toBe(400);
});

it('a script signs in without a browser, as someone new each time', async () => {
  const [first, second] = [await pools.signIn('ada@example.com'), await pools.signIn('ADA@example.com')];
  expect(first.expiresIn).toBe(1800);
  const [one, two] = [await claims(first.accessToken), await claims(second.accessToken)];
  expect(one.sub).toBe(two.sub);
  expect(one['origin_jti']).not.toBe(two['origin_jti']);
  await expect(pools.signIn('ada')).rejects.toThrow('"ada" is no e-mail address.');
});

describe('after a restart', () => {
  it('subjects, keys, refresh tokens and the address of the issuer are the same', async () => {
    const { body } = await exchange(await codeFor('ada@example.com'));
    const before = { issuer, sub: (await claims(body['access_token'])).sub };
    await pools.close();
    // The client of this process sees that its connections have ended.
    await setTimeout(50);
    await open();
    expect(issuer).toBe(before.issuer);
    expect((await claims(body['access_token'])).sub).toBe(before.sub);
    expect((await refresh(body['refresh_token'] ?? '')).status).toBe(200);
    expect((await claims((await pools.signIn('ada@example.com')).accessToken)).sub).toBe(before.sub);
  });

  it('only this user can read the keys', () => {
    expect((statSync(path.join(dataDir, 'sign-in.json')).mode & 0o777).toString(8)).toBe('600');
  });

  it('a port that is taken by now is told', async () => {
    const port = Number(new URL(issuer).port);
    await pools.close();
    const thief = createServer().listen(port, '127.0.0.1');
    await new Promise((listening) => void thief.once('listening', () => listening(undefined)));
    await open();
    expect(Number(new URL(issuer).port)).not.toBe(port);
    expect(logged.join()).toContain(`The issuer has moved from port ${port}`);
    await new Promise((closed) => void thief.close(closed));
  });
});
