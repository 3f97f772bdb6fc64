import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCallerContext, encodeCallerContext, encodeText } from '../../../shared/access/authorizerContext.ts';
import type { CallerContext } from '../../../shared/access/authorizerContext.ts';
import { anyText } from '../anyText.ts';

const caller: CallerContext = {
  keyId: 'key_4f8KmQ2xT7Zb',
  keyName: 'Checkout',
  organizationId: 'org_000000000001',
  environment: 'live',
  product: 'orders',
  plan: 'team',
  scopes: ['orders:read', 'orders:write'],
  expiresAt: '2027-01-21T08:00:00.000Z',
};
/** Any sequence of UTF-16 units, halves of pairs included. */
const anyUnits = fc.array(fc.nat(0xffff), { maxLength: 40 }).map((units) => String.fromCharCode(...units));

describe('the authorizer’s context', () => {
  it('is the caller in plain texts', () => {
    expect(encodeCallerContext(caller)).toEqual({
      keyId: 'key_4f8KmQ2xT7Zb',
      keyName: 'Checkout',
      organizationId: 'org_000000000001',
      environment: 'live',
      product: 'orders',
      plan: 'team',
      scopes: 'orders:read orders:write',
      expiresAt: '2027-01-21T08:00:00.000Z',
    });
    expect(encodeCallerContext({ ...caller, scopes: [], expiresAt: null })).toMatchObject({ scopes: '', expiresAt: '' });
  });

  it('is read back as it was written, for a name of any well-formed text', () => {
    fc.assert(
      fc.property(anyText(), (keyName) => {
        expect(decodeCallerContext(encodeCallerContext({ ...caller, keyName }))).toEqual({ ...caller, keyName });
      }),
    );
    expect(decodeCallerContext(encodeCallerContext({ ...caller, scopes: [], expiresAt: null }))).toEqual({
      ...caller, scopes: [], expiresAt: null,
    });
  });

  it.each(Object.keys(caller).filter((field) => field !== 'expiresAt'))('without %s is no caller', (field) => {
    expect(decodeCallerContext({ ...encodeCallerContext(caller), [field]: undefined })).toBeNull();
    expect(decodeCallerContext({ ...encodeCallerContext(caller), [field]: 5 })).toBeNull();
  });

  it.each(['keyId', 'organizationId', 'environment', 'product', 'plan'])('with an empty %s is no caller', (field) => {
    expect(decodeCallerContext({ ...encodeCallerContext(caller), [field]: '' })).toBeNull();
  });

  it.each([null, undefined, {}])('that is not there, %j, is no caller', (context) => {
    expect(decodeCallerContext(context)).toBeNull();
  });

  it('passes on a name that it cannot decode', () => {
    expect(decodeCallerContext({ ...encodeCallerContext(caller), keyName: '100%' })?.keyName).toBe('100%');
  });
});

describe('a text for the context', () => {
  it.each([
    ['Checkout (till 4)!', 'Checkout (till 4)!'],
    ['100 %', '100 %25'],
    ['say "hi"', 'say %22hi%22'],
    ['a\\b', 'a%5Cb'],
    ['Zoë', 'Zo%C3%AB'],
    ['🚀', '%F0%9F%9A%80'],
    ['a\r\nb', 'a%0D%0Ab'],
    ['a\ud800b', 'a%EF%BF%BDb'],
  ])('%j is written as %s', (text, written) => {
    expect(encodeText(text)).toBe(written);
  });

  it('holds no double quote, backslash, control character or anything beyond ASCII, whatever it was', () => {
    fc.assert(
      fc.property(anyUnits, (text) => {
        expect(encodeText(text)).toMatch(/^[ !#-[\]-~]*$/);
      }),
      { numRuns: 1_000 },
    );
  });
});
