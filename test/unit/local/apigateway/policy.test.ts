import { describe, expect, it } from 'vitest';
import { evaluatePolicy, policyDocument } from '../../../../local/apigateway/policy.ts';

const arn = 'arn:aws:execute-api:us-east-1:000000000000:api1/v1/GET/orders/17';

function decide(...statements: object[]): string {
  return evaluatePolicy(policyDocument.parse({ Version: '2012-10-17', Statement: statements }), arn);
}

const allow = (resource: string | string[], action: string | string[] = 'execute-api:Invoke'): object => ({ Effect: 'Allow', Action: action, Resource: resource });
const deny = (resource: string): object => ({ Effect: 'Deny', Action: 'execute-api:Invoke', Resource: resource });

describe("an authorizer's policy", () => {
  it.each([
    ['the very method', arn],
    ['everything', '*'],
    ['the whole API', 'arn:aws:execute-api:us-east-1:000000000000:api1/*'],
    ['a wildcard across slashes', 'arn:aws:execute-api:us-east-1:000000000000:api1/*/17'],
    ['a question mark', 'arn:aws:execute-api:us-east-1:000000000000:api1/v1/GET/orders/1?'],
  ])('allows by %s', (_name, resource) => {
    expect(decide(allow(resource))).toBe('allow');
  });

  it.each([
    ['another method', 'arn:aws:execute-api:us-east-1:000000000000:api1/v1/POST/*'],
    ['another stage', 'arn:aws:execute-api:us-east-1:000000000000:api1/test/*'],
    ['another API', 'arn:aws:execute-api:us-east-1:000000000000:api2/*'],
    ['a beginning of the path only', 'arn:aws:execute-api:us-east-1:000000000000:api1/v1/GET/orders'],
    ['a dot that is no wildcard', 'arn:aws:execute-api:us-east-1:000000000000:api1/v1/GET/orders/.7'],
  ])('does not allow by %s', (_name, resource) => {
    expect(decide(allow(resource))).toBe('noMatch');
  });

  it('a Deny wins over an Allow, whatever their order', () => {
    expect(decide(allow('*'), deny('*/17'))).toBe('explicitDeny');
    expect(decide(deny('*/17'), allow('*'))).toBe('explicitDeny');
  });

  it('actions match by wildcard and in any case; another action does not count', () => {
    expect(decide(allow('*', ['s3:GetObject', 'EXECUTE-API:invoke']))).toBe('allow');
    expect(decide(allow('*', 'execute-api:*'))).toBe('allow');
    expect(decide(allow('*', 'execute-api:ManageConnections'))).toBe('noMatch');
  });

  it('without statements nothing is allowed', () => {
    expect(decide()).toBe('noMatch');
  });

  it.each([
    ['a Condition', { Effect: 'Allow', Action: '*', Resource: '*', Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }],
    ['a NotAction', { Effect: 'Allow', NotAction: 's3:*', Resource: '*' }],
    ['an effect in lower case', { Effect: 'allow', Action: '*', Resource: '*' }],
    ['a missing resource', { Effect: 'Allow', Action: '*' }],
  ])('%s is no policy that this platform reads: it is refused, not ignored', (_name, statement) => {
    expect(policyDocument.safeParse({ Statement: [statement] }).success).toBe(false);
  });
});
