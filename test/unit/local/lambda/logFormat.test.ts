import { describe, expect, it } from 'vitest';
import { formatJsonLine, formatTextLine } from '../../../../local/lambda/logFormat.ts';

const head = { timestamp: '2026-11-22T07:45:00.000Z', requestId: 'r-1', level: 'INFO' } as const;

describe("a console call in Lambda's JSON log format", () => {
  it.each([
    ['a text', ['hello'], '"hello"'],
    ['an object, kept as an object', [{ a: { b: 1 } }], '{"a":{"b":1}}'],
    ['several arguments, formatted', ['x %s', 'y', 3], '"x y 3"'],
    ['an object among several arguments', ['it is', { a: 1 }], '"it is { a: 1 }"'],
  ])('%s', (_name, params, message) => {
    expect(formatJsonLine({ ...head, params })).toBe(`{"timestamp":"2026-11-22T07:45:00.000Z","level":"INFO","requestId":"r-1","message":${message}}`);
  });

  it('an error is spelled out, with its own fields', () => {
    const error = Object.assign(new TypeError('bad'), { code: 'E1' });
    error.stack = 'TypeError: bad\n    at here';
    expect(JSON.parse(formatJsonLine({ ...head, params: [error] }))).toMatchObject({
      message: { errorType: 'TypeError', errorMessage: 'bad', stackTrace: ['TypeError: bad', '    at here'], code: 'E1' },
    });
  });

  it('an error behind a text adds its fields beside the message', () => {
    expect(JSON.parse(formatJsonLine({ ...head, params: ['failed', new RangeError('r')] }))).toMatchObject({ errorType: 'RangeError', errorMessage: 'r' });
  });

  it('a circular value is formatted instead of failing', () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    expect(JSON.parse(formatJsonLine({ ...head, params: [circular] }))).toMatchObject({ message: '<ref *1> { self: [Circular *1] }' });
  });

  it('the text format has tabs between its fields and no line breaks in them', () => {
    expect(formatTextLine({ ...head, params: ['two\nlines'] })).toBe('2026-11-22T07:45:00.000Z\tr-1\tINFO\ttwo\rlines');
  });
});
