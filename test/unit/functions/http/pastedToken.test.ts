import { describe, expect, it } from 'vitest';
import { findPastedTokens } from '../../../../functions/http/pastedToken.ts';

// Made for this test; its checksum is right (CRC-32 by Python's zlib, base 62 by hand).
const token = 'gw_live_' + 'A'.repeat(44) + '47Jf0O';

describe('a token that was pasted into a field', () => {
  it('is found in values and in member names, whose text is not repeated', () => {
    const found = findPastedTokens({ name: `x ${token} y`, tags: { [token]: 'a', team: token }, list: ['a', token], fine: 'gw_live_abc' });
    expect(found.map(({ path }) => path)).toEqual(['name', 'tags', 'tags.team', 'list[1]']);
    expect(JSON.stringify(found)).not.toContain('AAAA');
  });

  it('is not seen where the checksum is wrong', () => {
    expect(findPastedTokens({ name: token.slice(0, -1) + 'x' })).toEqual([]);
  });
});
