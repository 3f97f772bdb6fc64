import { describe, expect, it } from 'vitest';
import { isAddressRange, isInRanges } from '../../../shared/access/addresses.ts';

describe('an allowed address', () => {
  it.each([
    '192.0.2.1', '192.0.2.0/24', '192.0.2.1/32', '0.0.0.0/0', '2001:db8::1', '2001:db8::/32', '::/0', '::1/128', '::ffff:192.0.2.1',
    '::ffff:192.0.2.0/120', '2001:DB8::A',
  ])('may be %s', (text) => {
    expect(isAddressRange(text)).toBe(true);
  });

  it.each([
    '', ' ', '192.0.2', '192.0.2.256', '192.0.2.01', '192.0.2.0/33', '192.0.2.0/-1', '192.0.2.0/', '/24', '192.0.2.0/24/24', '192.0.2.0/2 4',
    '192.0.2.0/24\n', '192.0.2.0/0x8', '192.0.2.0/8.0', '192.0.2.0/١', '192.0.2.0/1000', '2001:db8::/129', '2001:db8:::1', 'fe80::1%eth0',
    'fe80::1%eth0/64', 'localhost', 'example.com', '192.0.2.1:443', '[2001:db8::1]', '3221225985', '0xc0000201', ' 192.0.2.1', '192.0.2.1 ',
    '192.0.2.1-192.0.2.9', '192.0.2.*', '192.0.2.0/255.255.255.0',
  ])('may not be "%s"', (text) => {
    expect(isAddressRange(text)).toBe(false);
  });
});

describe('an address within ranges', () => {
  it.each<[string, string[], boolean]>([
    ['192.0.2.1', ['192.0.2.1'], true],
    ['192.0.2.2', ['192.0.2.1'], false],
    ['192.0.2.0', ['192.0.2.0/24'], true],
    ['192.0.2.255', ['192.0.2.0/24'], true],
    ['192.0.3.0', ['192.0.2.0/24'], false],
    ['192.0.1.255', ['192.0.2.0/24'], false],
    ['192.0.2.200', ['192.0.2.7/24'], true],
    ['192.0.2.130', ['192.0.2.128/30'], true],
    ['192.0.2.132', ['192.0.2.128/30'], false],
    ['203.0.113.9', ['192.0.2.0/24', '203.0.113.8/29'], true],
    ['203.0.113.9', ['0.0.0.0/0'], true],
    ['2001:db8::1', ['0.0.0.0/0'], false],
    ['2001:db8::1', ['::/0'], true],
    ['2001:db8:0:0:0:0:0:1', ['2001:DB8::1'], true],
    ['2001:db8:ffff::', ['2001:db8::/32'], true],
    ['2001:db9::', ['2001:db8::/32'], false],
    ['192.0.2.1', ['2001:db8::/32'], false],
    // An IPv4 address may be written within IPv6, and is the same address then.
    ['::ffff:192.0.2.1', ['192.0.2.0/24'], true],
    ['::ffff:c000:0201', ['192.0.2.0/24'], true],
    ['::ffff:192.0.3.1', ['192.0.2.0/24'], false],
    ['192.0.2.1', ['::ffff:192.0.2.0/120'], true],
    ['192.0.2.1', ['::ffff:0:0/96'], true],
    // Whoever lists every IPv6 address has not listed an IPv4 one.
    ['192.0.2.1', ['::/0'], false],
    ['192.0.2.1', ['::/64', '2001:db8::/32'], false],
    // The old "compatible" form is not.
    ['::192.0.2.1', ['192.0.2.0/24'], false],
    ['192.0.2.1', [], false],
  ])('%s in %j: %s', (address, ranges, isIn) => {
    expect(isInRanges(address, ranges)).toBe(isIn);
  });

  it.each(['', 'unknown', '192.0.2.1, 203.0.113.9', 'fe80::1%eth0', '192.0.2.01', '192.0.2.0/24', '192.0.2.1\n'])(
    '"%s" is no address and in no range',
    (address) => {
      expect(isInRanges(address, ['0.0.0.0/0', '::/0'])).toBe(false);
    },
  );

  it('passes over a range that cannot be read: it allows nothing', () => {
    expect(isInRanges('192.0.2.1', ['everything', '0.0.0.0/00000', ''])).toBe(false);
    expect(isInRanges('192.0.2.1', ['everything', '192.0.2.1'])).toBe(true);
  });
});
