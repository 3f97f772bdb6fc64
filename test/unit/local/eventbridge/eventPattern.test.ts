import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../../local/eventbridge/eventPattern.ts';

const event = {
  eventName: 'INSERT',
  source: 'aws.ses',
  count: 3,
  isDryRun: false,
  nothing: null,
  resources: ['arn:a', 'arn:b'],
  dynamodb: { NewImage: { pk: { S: 'EVENTS#org_1' }, type: { S: 'key.created' } } },
  recipients: [{ address: 'ada@example.com' }, { address: 'bob@example.com' }],
};

describe('an event pattern', () => {
  it.each([
    ['one of the listed values', { eventName: ['MODIFY', 'INSERT'] }, true],
    ['none of the listed values', { eventName: ['MODIFY', 'REMOVE'] }, false],
    ['every field, nested ones too', { eventName: ['INSERT'], dynamodb: { NewImage: { type: { S: ['key.created'] } } } }, true],
    ['one field of two only', { eventName: ['INSERT'], dynamodb: { NewImage: { type: { S: ['key.revoked'] } } } }, false],
    ['a number', { count: [3] }, true],
    ['not the text of a number', { count: ['3'] }, false],
    ['false', { isDryRun: [false] }, true],
    ['null', { nothing: [null] }, true],
    ['not null where the field is missing', { missing: [null] }, false],
    ['a field below one that is missing', { dynamodb: { OldImage: { pk: { S: ['x'] } } } }, false],
    ['a name that every object inherits', { constructor: { name: ['Object'] } }, false],
    ['any element of a list', { resources: ['arn:b'] }, true],
    ['a field in any element of a list', { recipients: { address: ['bob@example.com'] } }, true],
    ['a prefix', { dynamodb: { NewImage: { pk: { S: [{ prefix: 'EVENTS#' }] } } } }, true],
    ['another prefix', { dynamodb: { NewImage: { pk: { S: [{ prefix: 'KEY#' }] } } } }, false],
    ['a prefix that is only inside', { source: [{ prefix: 'ses' }] }, false],
    ['a suffix', { source: [{ suffix: '.ses' }] }, true],
    ['letters in another case', { source: [{ 'equals-ignore-case': 'AWS.SES' }] }, true],
    ['anything but another value', { source: [{ 'anything-but': 'aws.s3' }] }, true],
    ['anything but this value', { source: [{ 'anything-but': ['aws.s3', 'aws.ses'] }] }, false],
    ['anything but a prefix', { source: [{ 'anything-but': { prefix: 'aws.' } }] }, false],
    ['anything but, where nothing is', { missing: [{ 'anything-but': 'x' }] }, false],
    ['that a field is there', { count: [{ exists: true }] }, true],
    ['that a field is there, which is not', { missing: [{ exists: true }] }, false],
    ['that a field is missing', { missing: [{ exists: false }] }, true],
    ['that a field is missing below one that is', { dynamodb: { OldImage: { pk: { S: [{ exists: false }] } } } }, true],
    ['that a field is missing, which is not', { count: [{ exists: false }] }, false],
  ])('asks for %s', (_, pattern, answer) => {
    expect(compilePattern(pattern)(event)).toBe(answer);
  });

  it.each([
    [{ count: [{ numeric: ['>', 2] }] }, 'does not play the matcher "numeric"'],
    [{ source: [{ wildcard: 'aws.*' }] }, 'does not play the matcher "wildcard"'],
    [{ source: [{ 'anything-but': { wildcard: 'aws.*' } }] }, 'does not play the matcher "anything-but: {"wildcard":"aws.*"}"'],
    [{ source: [{ prefix: { 'equals-ignore-case': 'AWS' } }] }, 'The matcher "prefix" takes a text'],
    [{ source: [{ prefix: 'a', suffix: 'b' }] }, 'does not play the matcher "prefix, suffix"'],
    [{ $or: [{ source: ['a'] }] }, 'does not play the matcher "$or"'],
    [{ source: [{ toString: 'x' }] }, 'does not play the matcher "toString"'],
    [{ source: [] }, 'lists no value'],
    [{ source: 'aws.ses' }, 'An event pattern is an object'],
    [{}, 'at least one field'],
  ])('%j is refused, not guessed at', (pattern, message) => {
    expect(() => compilePattern(pattern)).toThrow(message);
  });
});
