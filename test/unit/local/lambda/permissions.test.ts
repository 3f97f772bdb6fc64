import { describe, expect, it } from 'vitest';
import { arnMatches, mayInvoke } from '../../../../local/lambda/permissions.ts';
import type { InvokePermission } from '../../../../local/lambda/permissions.ts';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:orders';
const invoker = {
  principal: 'apigateway.amazonaws.com',
  accountId: '000000000000',
  sourceArn: 'arn:aws:execute-api:us-east-1:000000000000:api1/live/GET/orders/{orderId}',
};
const permission: InvokePermission = {
  functionName: functionArn,
  action: 'lambda:InvokeFunction',
  principal: 'apigateway.amazonaws.com',
  sourceArn: 'arn:aws:execute-api:us-east-1:000000000000:api1/live/GET/orders/*',
};

describe('the resource policy of a function', () => {
  it('lets in whom a permission names, by ARN or by name', () => {
    expect(mayInvoke([permission], functionArn, invoker)).toBe(true);
    expect(mayInvoke([{ ...permission, functionName: 'orders' }], functionArn, invoker)).toBe(true);
  });

  it.each<[string, InvokePermission]>([
    ['another API', { ...permission, sourceArn: 'arn:aws:execute-api:us-east-1:000000000000:api2/live/GET/orders/*' }],
    ['another method', { ...permission, sourceArn: 'arn:aws:execute-api:us-east-1:000000000000:api1/live/POST/orders/*' }],
    ['another stage', { ...permission, sourceArn: 'arn:aws:execute-api:us-east-1:000000000000:api1/test/GET/orders/*' }],
    ['another service', { ...permission, principal: 'events.amazonaws.com' }],
    ['another account', { ...permission, sourceAccount: '111111111111' }],
    ['another action', { ...permission, action: 'lambda:GetFunction' }],
    ['a function whose name ends in this one', { ...permission, functionName: 'ders' }],
  ])('a permission for %s lets nobody in', (_name, other) => {
    expect(mayInvoke([other], functionArn, invoker)).toBe(false);
  });

  it('without any permission nobody may', () => {
    expect(mayInvoke([], functionArn, invoker)).toBe(false);
  });

  it('a wildcard stays within its part of the ARN', () => {
    expect(arnMatches('arn:aws:*:api', 'arn:aws:execute-api:us-east-1:000000000000:api')).toBe(false);
  });
});
