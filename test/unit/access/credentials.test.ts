import { describe, expect, it } from 'vitest';
import { readCredentials } from '../../../shared/access/credentials.ts';
import type { Headers } from '../../../shared/access/credentials.ts';

describe('a request with one token', () => {
  it.each<[string, Headers, boolean]>([
    ['X-API-Key', { 'X-API-Key': ['T'] }, false],
    ['x-api-key in lower case', { 'x-api-key': ['T'] }, false],
    ['X-Api-KEY in any case', { 'X-Api-KEY': ['T'] }, false],
    ['Authorization: x-api-key', { Authorization: ['x-api-key T'] }, false],
    ['AUTHORIZATION: X-API-KEY', { AUTHORIZATION: ['X-API-KEY T'] }, false],
    ['Authorization: Bearer', { Authorization: ['Bearer T'] }, true],
    ['authorization: bearer', { authorization: ['bearer T'] }, true],
    ['several spaces', { Authorization: ['  Bearer   T  '] }, true],
    ['spaces around it', { 'X-API-Key': [' T '] }, false],
    ['the same twice in one header', { 'X-API-Key': ['T', 'T'] }, false],
    ['the same joined by a comma', { 'X-API-Key': ['T, T'] }, false],
    ['the same in both headers', { Authorization: ['Bearer T'], 'X-API-Key': ['T'] }, false],
    ['the same three ways', { Authorization: ['x-api-key T', 'Bearer T'], 'X-API-Key': ['T'] }, false],
    ['beside another scheme', { Authorization: ['Basic dXNlcjpwYXNz'], 'X-API-Key': ['T'] }, false],
    ['beside an empty header', { 'X-API-Key': [''], Authorization: ['Bearer T'] }, true],
    ['in two spellings of one header', { 'X-API-Key': ['T'], 'x-api-key': ['T'] }, false],
  ])('%s', (_, headers, viaBearer) => {
    expect(readCredentials(headers)).toEqual({ kind: 'one', token: 'T', viaBearer });
  });
});

describe('two different tokens are a conflict', () => {
  it.each<[string, Headers]>([
    ['in one header', { 'X-API-Key': ['T', 'U'] }],
    ['joined by a comma', { 'X-API-Key': ['T,U'] }],
    ['in two headers', { 'X-API-Key': ['T'], Authorization: ['Bearer U'] }],
    ['in two schemes', { Authorization: ['x-api-key T', 'Bearer U'] }],
    ['in two schemes joined by a comma', { Authorization: ['x-api-key T, Bearer U'] }],
    ['in two spellings of one header', { 'X-API-Key': ['T'], 'x-api-key': ['U'] }],
    ['that differ in case alone', { 'X-API-Key': ['T', 't'] }],
    ['the second one twice', { 'X-API-Key': ['T', 'U', 'U'] }],
  ])('%s', (_, headers) => {
    expect(readCredentials(headers)).toEqual({ kind: 'conflict' });
  });
});

describe('no token', () => {
  it.each<[string, Headers]>([
    ['no headers', {}],
    ['an absent header', { 'X-API-Key': undefined }],
    ['an empty list', { 'X-API-Key': [] }],
    ['empty values', { 'X-API-Key': ['', ' ', ','] }],
    ['another scheme', { Authorization: ['Basic dXNlcjpwYXNz'] }],
    ['a scheme alone', { Authorization: ['Bearer'] }],
    ['a token without a scheme', { Authorization: ['T'] }],
    ['a scheme that ends in Bearer', { Authorization: ['NotBearer T'] }],
    ['two words after the scheme', { Authorization: ['Bearer T U'] }],
    ['a header that only looks alike', { 'X-API-Keys': ['T'], 'X_API_Key': ['T'] }],
    ['a cookie', { Cookie: ['X-API-Key=T'] }],
  ])('%s', (_, headers) => {
    expect(readCredentials(headers)).toEqual({ kind: 'none' });
  });
});

describe('a token beside what cannot be read', () => {
  it.each([
    ['a second one after a comma, without a scheme', { Authorization: ['Bearer T, U'] }],
    ['more than one word after the scheme', { 'X-API-Key': ['T'], Authorization: ['Bearer U x'] }],
    ['a scheme without a token', { 'X-API-Key': ['T'], Authorization: ['Bearer'] }],
  ])('is a conflict: %s', (_, headers) => {
    expect(readCredentials(headers)).toEqual({ kind: 'conflict' });
  });

  it('stands where the other value is of a scheme that is not ours', () => {
    expect(readCredentials({ 'X-API-Key': ['T'], Authorization: ['Basic dXNlcjpwYXNz'] })).toEqual({ kind: 'one', token: 'T', viaBearer: false });
  });
});
