import { describe, expect, it } from 'vitest';
import { readSignIn } from '../../../shared/signIn/accessToken.ts';

const cognito = { clientIds: ['console', 'cli'], audience: null };
const ownIssuer = { clientIds: ['console'], audience: 'https://gatewarden.example' };

// As Cognito writes them: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
const cognitoAccess = {
  sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
  iss: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_example',
  client_id: 'console',
  origin_jti: 'origin-1',
  event_id: 'event-1',
  token_use: 'access',
  scope: 'openid email',
  auth_time: 1_795_334_400,
  exp: 1_795_338_000,
  iat: 1_795_334_400,
  jti: 'jti-1',
  username: 'ada',
};
const cognitoId = { ...cognitoAccess, client_id: undefined, aud: 'console', token_use: 'id', email: 'ada@example.com', email_verified: true };
const rfc9068 = { sub: 'ada', client_id: 'console', aud: ['https://gatewarden.example', 'other'], iat: 1, exp: 1_795_338_000, jti: 'jti-2' };

describe('an access token of Cognito', () => {
  it('says who signed in, and in which sign-in, which outlives a refresh', () => {
    expect(readSignIn({ typ: undefined }, cognitoAccess, cognito)).toEqual({ subject: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee', sessionId: 'origin-1' });
  });

  it.each<[string, Record<string, unknown>]>([
    ['an ID token', cognitoId],
    ['an ID token that claims a client', { ...cognitoId, client_id: 'console' }],
    ['one with a nonce, as ID tokens have', { ...cognitoAccess, nonce: 'n' }],
    ['one with the hash of another token, as ID tokens have', { ...cognitoAccess, at_hash: 'h' }],
    ['one of another use', { ...cognitoAccess, token_use: 'refresh' }],
    ['one whose use is no text', { ...cognitoAccess, token_use: ['access'] }],
    ['one whose use is null', { ...cognitoAccess, token_use: null }],
    ['one without an expiry', { ...cognitoAccess, exp: undefined }],
    ['one of another client', { ...cognitoAccess, client_id: 'somebody-elses-app' }],
    ['one of no client', { ...cognitoAccess, client_id: undefined }],
    ['one whose client is a list', { ...cognitoAccess, client_id: ['console'] }],
    ['one whose client is named as its audience alone', { ...cognitoAccess, client_id: undefined, aud: 'console' }],
    ['one that never ends', { ...cognitoAccess, exp: undefined }],
    ['one that ends at no time', { ...cognitoAccess, exp: '2099-01-01' }],
    ['one of no subject', { ...cognitoAccess, sub: undefined }],
    ['one of an empty subject', { ...cognitoAccess, sub: '' }],
    ['one whose subject is a number', { ...cognitoAccess, sub: 7 }],
  ])('is not %s', (_, claims) => {
    expect(() => readSignIn({}, claims, cognito)).toThrow(/^The token /);
  });
});

describe('an access token of another issuer', () => {
  it.each(['at+jwt', 'AT+JWT', 'application/at+jwt'])('says so by its type, %s (RFC 9068)', (typ) => {
    expect(readSignIn({ typ }, rfc9068, ownIssuer).subject).toBe('ada');
    expect(readSignIn({ typ }, rfc9068, { ...ownIssuer, audience: null }).subject).toBe('ada');
  });

  it('says so by being for this API, as an ID token, which is for a client, never is', () => {
    expect(readSignIn({ typ: 'JWT' }, rfc9068, ownIssuer).subject).toBe('ada');
    expect(() => readSignIn({ typ: 'JWT' }, { ...rfc9068, aud: 'console' }, ownIssuer)).toThrow('access token');
    expect(() => readSignIn({ typ: 'JWT' }, { ...rfc9068, aud: 'console' }, { clientIds: ['console'], audience: 'console' })).toThrow('access token');
  });

  it('that says nothing is refused where nothing else tells it from an ID token', () => {
    for (const typ of ['JWT', undefined, 7, 'id+jwt', 'at+jwt2', 'xat+jwt']) expect(() => readSignIn({ typ }, rfc9068, cognito)).toThrow('access token');
  });

  it.each([['another API', 'https://other.example'], ['nobody', undefined], ['a part of the name', 'https://gatewarden.example/x'], ['several others', ['a', 'b']]])('for %s is refused', (_, aud) => {
    expect(() => readSignIn({ typ: 'at+jwt' }, { ...rfc9068, aud }, ownIssuer)).toThrow('for another audience');
  });

  it('may name its client as azp', () => {
    expect(readSignIn({ typ: 'at+jwt' }, { ...rfc9068, client_id: undefined, azp: 'console' }, ownIssuer).subject).toBe('ada');
    expect(() => readSignIn({ typ: 'at+jwt' }, { ...rfc9068, client_id: undefined, azp: 'other' }, ownIssuer)).toThrow('another client');
  });

  it('names its sign-in by sid, else by the token, else by when it was issued', () => {
    const sessionOf = (claims: Record<string, unknown>) => readSignIn({ typ: 'at+jwt' }, { ...rfc9068, ...claims }, ownIssuer).sessionId;
    expect(sessionOf({ sid: 'session-1', origin_jti: 'o' })).toBe('session-1');
    expect(sessionOf({})).toBe('jti-2');
    expect(sessionOf({ jti: undefined, iat: 1_795_334_400 })).toBe('ada:1795334400');
    expect(sessionOf({ sid: '', jti: 7, iat: 5 })).toBe('ada:5');
  });
});
