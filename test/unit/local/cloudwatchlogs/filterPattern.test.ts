import { describe, expect, it } from 'vitest';
import { compileFilterPattern } from '../../../../local/cloudwatchlogs/filterPattern.ts';

describe('a filter pattern', () => {
  it.each([
    ['{ $.message = "refused" }', '{"message":"refused","a":1}', true],
    ['{$.message="refused"}', '{"a":1,"message":"refused"}', true],
    ['{ $.message = "refused" }', '{"message":"refused."}', false],
    ['{ $.message = "refused" }', '{"other":{"message":"refused"}}', false],
    ['{ $.message = "refused" }', '{"text":"\\"message\\":\\"refused\\""}', false],
    ['{ $.message = "refused" }', 'REPORT refused { $.message = "refused" }', false],
    ['{ $.message = "refused" }', '{"message":"refused"', false],
    ['{ $.message = "1" }', '{"message":1}', false],
    ['{ $.constructor = "x" }', '{}', false],
    ['{ $.error.type = "TypeError" }', '{"error":{"type":"TypeError"}}', true],
    ['{ $.error.type = "TypeError" }', '{"error":"TypeError"}', false],
    ['', 'anything', true],
    [' ', '', true],
  ])('%s of %s is %s', (pattern, line, expected) => {
    expect(compileFilterPattern(pattern)(line)).toBe(expected);
  });

  it.each(['ERROR', '?a ?b', '[ip, user]', '{ $.status >= 400 }', '{ $.a = "b" || $.a = "c" }', '{ $.a = "b*" }', '{ $.a[0] = "b" }', '{ $.a = b }', '{ $.a != "b" }', '{ $.a = "b" } ERROR'])(
    '%s, which is not played, is an error and no guess',
    (pattern) => {
      expect(() => compileFilterPattern(pattern)).toThrow('does not play the filter pattern');
    },
  );
});
