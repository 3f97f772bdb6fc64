import { describe, expect, it } from 'vitest';
import { hashToken, isSameHash } from '../../../shared/keys/hash.ts';
import { hashUnderPepperOne, hashUnderPepperTwo, pepperOne, pepperTwo, sampleToken } from '../samples.ts';

describe('the hash of a token', () => {
  it('is HMAC-SHA-256 under the pepper (RFC 4231, test case 2)', () => {
    expect(hashToken('what do ya want for nothing?', 'Jefe')).toBe('W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM');
  });

  it('is another under another pepper', () => {
    expect(hashToken(sampleToken, pepperOne)).toBe(hashUnderPepperOne);
    expect(hashToken(sampleToken, pepperTwo)).toBe(hashUnderPepperTwo);
  });
});

describe('comparing hashes', () => {
  it.each([
    ['the same', 'abcd', 'abcd', true],
    ['another at the end', 'abcd', 'abce', false],
    ['another at the start', 'abcd', 'xbcd', false],
    ['a longer one', 'abcd', 'abcde', false],
    ['one of as many characters in more bytes', 'abcd', 'abcé', false],
    ['nothing', 'abcd', '', false],
  ])('%s', (_, left, right, isSame) => {
    expect(isSameHash(left, right)).toBe(isSame);
  });
});
