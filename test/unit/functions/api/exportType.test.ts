import { describe, expect, it } from 'vitest';
import { exportTypeOf } from '../../../../functions/api/events/exportType.ts';

describe('an export', () => {
  it.each([
    ['application/x-ndjson', 'application/x-ndjson'],
    ['text/csv', 'text/csv'],
    ['Text/CSV; charset=utf-8', 'text/csv'],
    ['text/html, application/x-ndjson;q=0.9', 'application/x-ndjson'],
  ])('is asked for by Accept: %s', (accept, type) => {
    expect(exportTypeOf(accept)).toBe(type);
  });

  it.each([undefined, '', '*/*', 'application/json', 'text/*', 'text/html', 'text/csvx'])('is not asked for by Accept: %s', (accept) => {
    expect(exportTypeOf(accept)).toBeNull();
  });
});
