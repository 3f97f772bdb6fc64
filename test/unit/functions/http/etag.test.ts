import { describe, expect, it } from 'vitest';
import { assertMatches, etagOf } from '../../../../functions/http/etag.ts';
import { problemOf } from '../../problemOf.ts';

describe('the version of a key', () => {
  it('is its entity tag', () => {
    expect(etagOf({ version: 3 })).toBe('"3"');
  });

  it.each([undefined, '*', '"3"', '"2", "3"', '"2","3"', ' "3" '])('matches If-Match %s', (ifMatch) => {
    expect(() => assertMatches(ifMatch, { version: 3 })).not.toThrow();
  });

  it.each(['"2"', '"33"', '"30"', 'W/"3"', '""', '"2", "4"'])('does not match If-Match %s: 412 with the version there is', (ifMatch) => {
    expect(problemOf(() => assertMatches(ifMatch, { version: 3 }))).toMatchObject({ code: 'version_mismatch', extras: { version: 3 } });
  });
});
