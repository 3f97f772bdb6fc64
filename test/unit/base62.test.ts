import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBase62, randomBase62 } from '../../shared/base62.ts';
import { newId } from '../../shared/ids.ts';

describe('random base-62 text', () => {
  it('throws away bytes that would favour some characters, and asks for more', () => {
    const batches = [Uint8Array.of(248, 255, 0, 61), Uint8Array.of(62, 247, 250, 10)];
    expect(randomBase62(2, () => Uint8Array.of(255, 250, 36, 35))).toBe('aZ');
    expect(randomBase62(4, () => batches.shift() ?? Uint8Array.of())).toBe('0z0z');
  });

  it('gives each of the 62 characters four bytes of 248', () => {
    const all = randomBase62(248, () => Uint8Array.from({ length: 496 }, (_, index) => index % 256));
    const counts = new Map<string, number>();
    for (const character of all) counts.set(character, (counts.get(character) ?? 0) + 1);
    expect([counts.size, ...new Set(counts.values())]).toEqual([62, 4]);
  });
});

describe('a number in base 62', () => {
  it.each([
    [0, 6, '000000'],
    [61, 1, 'z'],
    [62, 2, '10'],
    [4_294_967_295, 6, '4gfFC3'],
  ])('%i in %i characters is %s', (value, width, text) => {
    expect(encodeBase62(value, width)).toBe(text);
  });

  it('is another text for another CRC-32', () => {
    const crc = fc.integer({ min: 0, max: 0xffff_ffff });
    fc.assert(
      fc.property(crc, crc, (left, right) => {
        expect(encodeBase62(left, 6) === encodeBase62(right, 6)).toBe(left === right);
      }),
    );
  });
});

describe('an id', () => {
  it.each([
    ['org', /^org_0{12}$/],
    ['key', /^key_0{12}$/],
    ['evt', /^evt_0{20}$/],
  ] as const)('%s has its prefix and length', (prefix, form) => {
    expect(newId(prefix, (size) => new Uint8Array(size))).toMatch(form);
  });
});
