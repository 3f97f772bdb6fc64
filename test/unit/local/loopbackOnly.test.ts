import { describe, expect, it } from 'vitest';
import { foreignRequest } from '../../../local/loopbackOnly.ts';

describe('the servers of this machine', () => {
  it.each([[{ host: '127.0.0.1:4704' }], [{ host: 'localhost:4704' }], [{ host: 'localhost', origin: 'http://localhost:4702' }]])('answer %j', (headers) => {
    expect(foreignRequest({ headers })).toBeNull();
  });

  it.each([[{}], [{ host: 'evil.example' }], [{ host: '127.0.0.1.evil.example:4704' }], [{ host: 'localhost', origin: 'https://evil.example' }], [{ host: 'localhost', origin: 'null' }]])(
    'refuse what a page of another site makes a browser send: %j',
    (headers) => {
      expect(foreignRequest({ headers })).toEqual(expect.any(String));
    },
  );
});
