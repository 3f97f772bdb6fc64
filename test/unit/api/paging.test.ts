import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '../../../shared/api/paging.ts';
import { problemOf } from '../problemOf.ts';
import { anyText } from '../anyText.ts';

const cursor = 'WyJrZXlzOm9yZ18xIiwia2V5XzEiLCIyMDI2LTExLTIyVDA4OjAwOjAwLjAwMFoiXQ';
const place = ['key_1', '2026-11-22T08:00:00.000Z'];
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a cursor', () => {
  it('is an opaque text of URL-safe characters', () => {
    expect(encodeCursor('keys:org_1', place)).toBe(cursor);
  });

  it('leads back to its place, whatever that is called', () => {
    expect(decodeCursor('keys:org_1', cursor, 2)).toEqual(place);
    fc.assert(
      fc.property(anyText(), fc.array(anyText(), { maxLength: 4 }), (list, place) => {
        expect(decodeCursor(list, encodeCursor(list, place), place.length)).toEqual(place);
      }),
    );
  });

  it.each([
    ['of another list', encoded(['keys:org_2', ...place])],
    ['of too short a place', encoded(['keys:org_1', 'key_1'])],
    ['of too long a place', encoded(['keys:org_1', ...place, 'more'])],
    ['with a number', encoded(['keys:org_1', 'key_1', 5])],
    ['with null', encoded(['keys:org_1', null, null])],
    ['that is an object', encoded({ 0: 'keys:org_1', 1: 'a', 2: 'b', length: 3 })],
    ['that is a text', encoded('keys:org_1')],
    ['with half a surrogate pair, which no store takes', encoded(['keys:org_1', '\ud800', 'x'])],
    ['that is empty', ''],
    ['that is cut off', cursor.slice(0, -8)],
    ['that is no base64', '%%%%'],
    ['that is no JSON', Buffer.from('keys:org_1').toString('base64url')],
  ])('%s is a 400', (_, text) => {
    expect(problemOf(() => decodeCursor('keys:org_1', text, 2)).code).toBe('invalid_cursor');
  });

  it('that is any other text is a 400', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(problemOf(() => decodeCursor('keys:org_1', text, 2)).code).toBe('invalid_cursor');
      }),
    );
  });
});
