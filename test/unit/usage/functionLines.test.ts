import { describe, expect, it } from 'vitest';
import { logRefusal } from '../../../functions/authorizer/refusals.ts';
import { requestOf } from '../../../functions/authorizer/request.ts';
import { log } from '../../../functions/log.ts';
import { readLine } from '../../../shared/usage/readLine.ts';
import { verifyLine, verifyMessage } from '../../../shared/usage/verifyLine.ts';
import { authorizerEvent } from '../functions/authorizer/event.ts';
import { linesOf } from '../functions/stdout.ts';
import { sampleVerificationRecord } from '../samples.ts';

const genuine = { code: 'revoked_key', keyId: 'key_4f8KmQ2xT7Zb', organizationId: 'org_000000000001' };
const request = requestOf(authorizerEvent({}));

async function refused(refusal: { code: string; keyId: string | null; organizationId: string | null }): Promise<string> {
  const [line = ''] = await linesOf(() => logRefusal('key', request, refusal));
  return line;
}

describe('an authorizer’s line about a refusal', () => {
  it('counts as a request and a refusal of the key, and as a 4xx', async () => {
    expect(readLine(await refused(genuine))).toEqual({
      kind: 'record',
      record: {
        keyId: 'key_4f8KmQ2xT7Zb',
        organizationId: 'org_000000000001',
        atMs: expect.any(Number),
        status: '4xx',
        code: 'revoked_key',
        isUse: false,
        sourceIp: '192.0.2.7',
        route: 'GET /orders/{orderId}',
      },
    });
  });

  it.each([
    ['revoked_key', false],
    ['expired_key', false],
    ['inactive_key', false],
    ['insufficient_scope', true],
    ['ip_not_allowed', true],
    ['rate_limited', true],
    ['quota_exceeded', true],
  ])('%s: that the key was in use is %s', async (code, isUse) => {
    expect(readLine(await refused({ ...genuine, code }))).toMatchObject({ record: { code, isUse } });
  });

  it('about a key id that its token only claimed counts for no key: anyone can claim any', async () => {
    expect(readLine(await refused({ code: 'unknown_key', keyId: 'key_4f8KmQ2xT7Zb', organizationId: null }))).toEqual({ kind: 'ignored' });
  });

  it('about no key counts for none', async () => {
    expect(readLine(await refused({ code: 'missing_key', keyId: null, organizationId: null }))).toEqual({ kind: 'ignored' });
  });

  it('is read with a timestamp that Lambda has added', async () => {
    const line = (await refused(genuine)).replace('{', '{"timestamp":"2026-11-22T10:05:00.000Z",');
    expect(readLine(line)).toMatchObject({ kind: 'record' });
  });

  it('is dropped where it is longer than any that an authorizer writes', async () => {
    expect(readLine((await refused(genuine)).replace('{', `{"more":"${'x'.repeat(9_000)}",`))).toEqual({ kind: 'unreadable' });
  });

  it.each([
    ['a key id that is none', { ...genuine, keyId: 'key_4f8KmQ2xT7Z#' }],
    ['a key id that would reach another partition', { ...genuine, keyId: 'org_000000000002' }],
    ['a code that is none', { ...genuine, code: 'p:GET /' }],
    ['a code that is longer than any', { ...genuine, code: 'a'.repeat(41) }],
  ])('with %s is dropped', async (_, refusal) => {
    expect(readLine(await refused(refusal))).toEqual({ kind: 'unreadable' });
  });
});

describe('the line of POST /keys/verify', () => {
  const key = sampleVerificationRecord();
  const options = { ip: '198.51.100.4', nowMs: 1_795_341_900_000 };

  async function verified(code: string | null): Promise<string> {
    const fields = verifyLine(key, { ...options, code });
    const [line = ''] = await linesOf(() => log('INFO', verifyMessage, { ...fields }));
    return line;
  }

  it('counts a valid token as a 2xx of its key', async () => {
    expect(readLine(await verified(null))).toEqual({
      kind: 'record',
      record: {
        keyId: 'key_4f8KmQ2xT7Zb',
        organizationId: 'org_000000000001',
        atMs: 1_795_341_900_000,
        status: '2xx',
        code: null,
        isUse: true,
        sourceIp: '198.51.100.4',
        route: 'POST /keys/verify',
      },
    });
  });

  it('counts a refused one as a 4xx with its code', async () => {
    expect(readLine(await verified('expired_key'))).toMatchObject({ record: { status: '4xx', code: 'expired_key', isUse: false } });
    expect(readLine(await verified('wrong_product'))).toMatchObject({ record: { code: 'wrong_product', isUse: true } });
  });

  it('is not written for a token that is not genuine', () => {
    expect(verifyLine(null, { ...options, code: 'unknown_key' })).toBeNull();
  });

  it('holds no token and no hash', async () => {
    expect(await verified(null)).not.toContain(key.tokenHash);
  });

  it('is dropped where a field is not what it should be', async () => {
    const line = await verified(null);
    expect(readLine(line.replace('198.51.100.4', 'x'))).toEqual({ kind: 'unreadable' });
    expect(readLine(line.replace('1795341900000', '"1795341900000"'))).toEqual({ kind: 'unreadable' });
  });
});

it('lines about something else are left alone', async () => {
  const [line = ''] = await linesOf(() => log('ERROR', 'authorizer failed', { keyId: 'key_4f8KmQ2xT7Zb' }));
  expect(readLine(line)).toEqual({ kind: 'ignored' });
});
