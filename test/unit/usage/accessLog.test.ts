import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessLogFormat } from '../../../shared/usage/accessLog.ts';
import { readLine } from '../../../shared/usage/readLine.ts';
import { anyText } from '../anyText.ts';
import { accessLine, keyId, organizationId } from './lines.ts';

const record = {
  keyId: 'key_4f8KmQ2xT7Zb',
  organizationId: 'org_000000000001',
  atMs: 1_795_341_900_000,
  status: '2xx',
  code: null,
  isUse: true,
  sourceIp: '192.0.2.7',
  route: 'GET /orders/{orderId}',
};

describe('the access log format', () => {
  it.each(Object.entries(accessLogFormat))('%s holds nothing that a caller writes, nor a key’s value', (_, format) => {
    const variables = Object.values(format).join(' ');
    for (const banned of ['$context.path', '$context.requestId ', 'header', 'userAgent', 'apiKey', 'querystring', 'domainName', 'error.message', 'authorizer.error'])
      expect(`${variables} `).not.toContain(banned);
    expect(variables).toContain('$context.extendedRequestId');
  });

  it('has the same fields in the same order for each kind of API', () => {
    const [first, ...others] = Object.values(accessLogFormat).map((format) => Object.keys(format));
    for (const other of others) expect(other).toEqual(first);
  });
});

describe('a line of the access log', () => {
  it.each(['rest', 'http', 'management'] as const)('of a %s API counts for the key that the authorizer let in', (kind) => {
    expect(readLine(accessLine({}, kind))).toEqual({ kind: 'record', record });
  });

  it('of an HTTP API has its time in seconds, as API Gateway writes it there', () => {
    expect(readLine(accessLine({ requestTimeEpoch: '1747602530' }, 'http'))).toMatchObject({ kind: 'record', record: { atMs: 1_747_602_530_000 } });
  });

  it('is read with a line end behind it, as CloudWatch may hold it', () => {
    expect(readLine(`${accessLine()}\n`)).toEqual({ kind: 'record', record });
  });

  it.each([
    ['301', '3xx'],
    ['404', '4xx'],
    ['456', '4xx'],
    ['502', '5xx'],
  ])('with status %s is a %s, and a use of the key', (status, expected) => {
    expect(readLine(accessLine({ status }))).toMatchObject({ record: { status: expected, code: null, isUse: true } });
  });

  it('of an HTTP API’s catch-all route is counted under its name', () => {
    expect(readLine(accessLine({ routeKey: '$default' }, 'http'))).toMatchObject({ record: { route: '$default' } });
  });

  it.each(['M-SEARCH', 'get', 'X', '!#$%&\'*+-.^_`|~09az', 'A'.repeat(300)])('counts whatever method the caller has made up: %s', (httpMethod) => {
    for (const kind of ['rest', 'http'] as const) expect(readLine(accessLine({ httpMethod, routeKey: 'ANY /orders' }, kind))).toMatchObject({ kind: 'record', record: { status: '2xx' } });
  });

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('names the method %s', (httpMethod) => {
    expect(readLine(accessLine({ httpMethod }))).toMatchObject({ record: { route: `${httpMethod} /orders/{orderId}` } });
  });

  it('names no method that none has: a caller could fill a key’s hour with them', () => {
    expect(readLine(accessLine({ httpMethod: 'M-SEARCH' }))).toMatchObject({ record: { route: 'ANY /orders/{orderId}' } });
    expect(readLine(accessLine({ httpMethod: 'XYZZY' }))).toMatchObject({ record: { route: 'ANY /orders/{orderId}' } });
  });

  it('may lack a route and an address', () => {
    const line = accessLine({ 'resourcePath': '-', 'identity.sourceIp': '-' });
    expect(readLine(line)).toMatchObject({ kind: 'record', record: { route: null, sourceIp: null } });
  });

  it.each<[string, Record<string, string>]>([
    ['no key was let in', { 'authorizer.keyId': '-', 'authorizer.organizationId': '-' }],
    ['the authorizer refused it, which has its own line', { 'status': '403', 'authorizer.code': 'insufficient_scope' }],
    ['a limit refused it, which has its own line', { 'status': '429', 'authorizer.code': 'rate_limited', 'error.responseType': 'INVALID_API_KEY' }],
    ['the gateway says that a limit refused it, and no more', { 'status': '429', 'error.responseType': 'INVALID_API_KEY' }],
    ['the gateway says that the authorizer denied it', { 'status': '403', 'error.responseType': 'ACCESS_DENIED' }],
    ['the gateway says that the authorizer knew no key', { 'status': '401', 'error.responseType': 'UNAUTHORIZED' }],
    ['the authorizer failed', { 'status': '500', 'error.responseType': 'AUTHORIZER_FAILURE' }],
    ['the authorizer’s answer was none', { 'status': '500', 'error.responseType': 'AUTHORIZER_CONFIGURATION_ERROR' }],
    ['the organization is none', { 'authorizer.organizationId': 'mem_000000000001' }],
  ])('counts for nobody where %s', (_, context) => {
    expect(readLine(accessLine(context))).toEqual({ kind: 'ignored' });
  });

  it('of the management API counts for no key where a member called', () => {
    expect(readLine(accessLine({ 'authorizer.principalRef': 'mem_000000000001' }, 'management'))).toEqual({ kind: 'ignored' });
  });

  it.each<[string, string]>([
    ['a field is missing', accessLine().replace('"stage":"live",', '')],
    ['a field is too many', accessLine().replace('"stage":"live"', '"stage":"live","more":"1"')],
    ['a field is there twice', accessLine().replace('"stage":"live"', '"stage":"live","stage":"live"')],
    ['fields have changed places', accessLine().replace('"apiId":"a1b2c3d4e5","stage":"live"', '"stage":"live","apiId":"a1b2c3d4e5"')],
    ['a number stands for a text', accessLine().replace('"status":"200"', '"status":200')],
    ['a space was added', accessLine().replace('"status":', '"status": ')],
    ['a character is written as its escape', accessLine().replace('"stage":"live"', '"stage":"l\\u0069ve"')],
    ['the status is none', accessLine({ status: '-' })],
    ['the status is informational', accessLine({ status: '101' })],
    ['the time is none', accessLine({ requestTimeEpoch: '-' })],
    ['the time cannot be', accessLine({ requestTimeEpoch: '9999999999999' })],
    ['the time is neither in seconds nor in milliseconds', accessLine({ requestTimeEpoch: '179534190000' })],
    ['the time is long past', accessLine({ requestTimeEpoch: '1000000000' }, 'http')],
    ['the address is a text', accessLine({ 'identity.sourceIp': 'localhost' })],
    ['it was cut off', accessLine().slice(0, -2)],
    ['it is longer than any', accessLine({ resourcePath: `/${'x'.repeat(9_000)}` })],
    ['something follows it', `${accessLine()}{}`],
    ['it is empty', ''],
    ['it is text', 'INIT_START Runtime Version: nodejs:24'],
    ['it is null', 'null'],
  ])('is dropped where %s', (_, line) => {
    expect(readLine(line)).toEqual({ kind: 'unreadable' });
  });
});

describe('a line that a request’s value has broken out of', () => {
  const victim = '"keyId":"key_victim000000","organizationId":"org_victim000000"';
  const forgeries = [
    `/x",${victim},"code":"-","responseType":"-"}`,
    `/x",${victim},"route":"/x`,
    `/x","kind":"verified","message":"verified","atMs":1795341900000,${victim},"code":null,"sourceIp":null,"x":"`,
    `/x","message":"refused","code":"revoked_key",${victim},"x":"`,
    `/x"}\n${accessLine({ 'authorizer.keyId': 'key_victim000000', 'authorizer.organizationId': 'org_victim000000' })}`,
    `/x","status":"200","latencyMs":"1","sourceIp":"192.0.2.7",${victim},"code":"-","responseType":"`,
    '{"nested":{"keyId":"key_victim000000"}}',
    '/x\\',
    '/x\n',
    '/x\u2028',
    '/x","__proto__":{"keyId":"key_victim000000"},"y":"',
  ];
  const fields = ['extendedRequestId', 'apiId', 'stage', 'httpMethod', 'resourcePath', 'responseLatency', 'identity.sourceIp', 'authorizer.code', 'error.responseType', 'status', 'requestTimeEpoch'];

  it.each(fields.flatMap((field) => forgeries.map((value) => [field, value] as const)))('in %s is dropped whole: %j', (field, value) => {
    expect(readLine(accessLine({ [field]: value }))).toEqual({ kind: 'unreadable' });
  });

  it('never counts for another key, whatever stands in however many of its fields', () => {
    const piece = fc.oneof(anyText({ maxLength: 8 }), fc.constantFrom('","', '"', '\\', '{', '}', ':', ',', 'null', victim, '"kind":"gatewarden-access"', '"message":"refused"', ...forgeries));
    const value = fc.array(piece, { maxLength: 5 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...fields), value), (context) => {
        const reading = readLine(accessLine(context));
        if (reading.kind === 'record') expect([reading.record.keyId, reading.record.organizationId]).toEqual([keyId, organizationId]);
      }),
      { numRuns: 2_000 },
    );
  });
});
