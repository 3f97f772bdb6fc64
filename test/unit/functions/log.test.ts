import { describe, expect, it } from 'vitest';
import { describeError, log } from '../../../functions/log.ts';
import { Problem } from '../../../shared/errors/problems.ts';
import { linesOf } from './stdout.ts';

describe('a line of the log', () => {
  it('is one line of JSON with time, level, message and fields', async () => {
    const lines = await linesOf(() => log('ERROR', 'request failed', { code: 'internal_error', requestId: 'r1' }));
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        level: 'ERROR',
        message: 'request failed',
        code: 'internal_error',
        requestId: 'r1',
      },
    ]);
  });

  it('stays one line whatever a value holds', async () => {
    expect(await linesOf(() => log('WARN', 'a\nb', { route: 'GET /\r\n{"level":"INFO"}', error: describeError(new Error('x\ny')) }))).toHaveLength(1);
  });
});

describe('an error in the log', () => {
  it('has its name, message, stack and causes', () => {
    const error = new Problem('internal_error', 'Something went wrong.', { cause: new TypeError('x is undefined', { cause: 'text' }) });
    expect(describeError(error)).toEqual({
      name: 'Problem',
      message: 'internal_error: Something went wrong.',
      stack: expect.stringContaining('log.test.ts'),
      cause: { name: 'TypeError', message: 'x is undefined', stack: expect.any(String), cause: { name: 'string' } },
    });
  });

  it('that is none says only what it is, not what it holds', () => {
    expect(describeError('gw_live_SECRET')).toEqual({ name: 'string' });
    expect(describeError({ token: 'gw_live_SECRET' })).toEqual({ name: 'object' });
  });
});
