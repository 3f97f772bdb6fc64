import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateToken, maskToken, parseToken } from '../../../shared/keys/token.ts';
import { sampleToken } from '../samples.ts';
import { anyText } from '../anyText.ts';

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const prefix = fc.stringMatching(/^[a-z][a-z0-9_]{0,10}[a-z0-9]$/);
const environment = fc.constantFrom('live' as const, 'test' as const);

describe('a generated token', () => {
  it('is read back as the key and environment it was made for, whatever the prefix', () => {
    fc.assert(
      fc.property(prefix, environment, (prefix, environment) => {
        const made = generateToken(prefix, environment, randomBytes);
        expect(parseToken(prefix, made.token)).toEqual({ keyId: made.keyId, environment });
      }),
      { numRuns: 500 },
    );
  });

  it('has 12 characters of id, 32 of secret and 6 of checksum after its prefix and environment', () => {
    expect(generateToken('gw', 'live', randomBytes).token).toMatch(/^gw_live_[0-9A-Za-z]{50}$/);
    expect(generateToken('gw', 'test', randomBytes).token).toMatch(/^gw_test_[0-9A-Za-z]{50}$/);
  });

  it('carries the random characters it was given, and the CRC-32 of all before the last six', () => {
    // 12 bytes of 36 give "a", 32 bytes of 61 give "z"; the checksum is Python's.
    const bytes = [new Uint8Array(24).fill(36), new Uint8Array(64).fill(61)];
    const { token, keyId } = generateToken('gw', 'live', () => bytes.shift() ?? new Uint8Array());
    expect(keyId).toBe('key_aaaaaaaaaaaa');
    expect(token).toBe('gw_live_aaaaaaaaaaaazzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz1sv4CA');
  });

  it('never repeats in ten thousand', () => {
    const tokens = Array.from({ length: 10_000 }, () => generateToken('gw', 'live', randomBytes).token);
    expect(new Set(tokens).size).toBe(10_000);
  });
});

describe('reading a token', () => {
  it.each([
    ['a token whose checksum another program computed', 'gw', sampleToken, 'key_4f8KmQ2xT7Zb', 'live'],
    ['a test token of zeros', 'gw', 'gw_test_000000000000000000000000000000000000000000003UDNse', 'key_000000000000', 'test'],
    ['a checksum with leading zeros', 'gw', 'gw_live_4f8KmQ2xT7Zb00000000000000000000000000011255000drY', 'key_4f8KmQ2xT7Zb', 'live'],
    ['a prefix with an underscore', 'my_co', 'my_co_live_4f8KmQ2xT7Zb0123456789ABCDEFGHIJKLMNOPQRSTUV2BL31H', 'key_4f8KmQ2xT7Zb', 'live'],
  ])('takes %s', (_, prefix, token, keyId, environment) => {
    expect(parseToken(prefix, token)).toEqual({ keyId, environment });
  });

  it.each([
    ['nothing', ''],
    ['another prefix', 'xx_live_4f8KmQ2xT7Zb0123456789ABCDEFGHIJKLMNOPQRSTUV2Bi7YE'],
    ['a longer prefix that ends in ours, rightly sealed', 'my_gw_live_4f8KmQ2xT7Zb0123456789ABCDEFGHIJKLMNOPQRSTUV4Zb6S8'],
    ['a character too many, rightly sealed', 'gw_live_4f8KmQ2xT7Zb0123456789ABCDEFGHIJKLMNOPQRSTUVW2tWJdf'],
    ['a character too few, rightly sealed', 'gw_live_4f8KmQ2xT7Zb0123456789ABCDEFGHIJKLMNOPQRSTU2bvlE9'],
    ['the other environment, in capitals, rightly sealed', 'gw_TEST_4f8KmQ2xT7Zb0123456789ABCDEFGHIJKLMNOPQRSTUV4eII0t'],
    ['an unknown environment', 'gw_prod_4f8KmQ2xT7Zb0123456789ABCDEFGHIJKLMNOPQRSTUV2Bi7YE'],
    ['the other environment', 'gw_test_4f8KmQ2xT7Zb0123456789ABCDEFGHIJKLMNOPQRSTUV2Bi7YE'],
    ['a checksum of zeros', 'gw_live_4f8KmQ2xT7Zb0123456789ABCDEFGHIJKLMNOPQRSTUV000000'],
    ['a line feed at its end', `${sampleToken}\n`],
    ['a space before it', ` ${sampleToken}`],
    ['two tokens in one', sampleToken + sampleToken],
    ['its masked form', 'gw_live_4f8K…i7YE'],
  ])('refuses %s', (_, token) => {
    expect(parseToken('gw', token)).toBeNull();
  });

  it('catches every change of one character to another of the alphabet, at every place, without a read', () => {
    const token = generateToken('gw', 'live', randomBytes).token;
    const passing = [...token].flatMap((original, at) =>
      [...base62, '_']
        .filter((other) => other !== original)
        .map((other) => token.slice(0, at) + other + token.slice(at + 1))
        .filter((changed) => parseToken('gw', changed) !== null),
    );
    expect(passing).toEqual([]);
  });

  it('catches every change of one character to any other text, a character lost and two swapped', () => {
    fc.assert(
      fc.property(fc.nat(57), anyText({ maxLength: 3 }), environment, (at, other, environment) => {
        const { token } = generateToken('gw', environment, randomBytes);
        const changed = token.slice(0, at) + other + token.slice(at + 1);
        const swapped = token.slice(0, at) + token.slice(at, at + 2).split('').reverse().join('') + token.slice(at + 2);
        const passing = [changed, swapped].filter((text) => text !== token && parseToken('gw', text) !== null);
        expect(passing).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes no random bytes for a token', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(parseToken('gw', Buffer.from(bytes).toString('latin1'))).toBeNull();
        expect(parseToken('gw', Buffer.from(bytes).toString('utf8'))).toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes nothing of the right form either, unless its checksum is right', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^gw_(live|test)_[0-9A-Za-z]{50}$/), (text) => {
        expect(parseToken('gw', text)).toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a masked token', () => {
  it('shows four characters of the id and the last four, and nothing of the secret', () => {
    expect(maskToken(sampleToken)).toBe('gw_live_4f8K…i7YE');
    expect(maskToken('my_co_live_4f8KmQ2xT7Zb0123456789ABCDEFGHIJKLMNOPQRSTUV2BL31H')).toBe('my_co_live_4f8K…L31H');
  });
});
