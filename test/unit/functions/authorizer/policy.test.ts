import { describe, expect, it } from 'vitest';
import { policy } from '../../../../functions/authorizer/policy.ts';

const context = { code: 'insufficient_scope' };

describe('the authorizer’s answer', () => {
  it.each(['Allow', 'Deny'] as const)('%s holds for the whole stage, so that a cached one fits every route', (effect) => {
    const methodArn = 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3/prod/GET/orders/7/items';
    expect(policy(effect, { methodArn, principalId: 'key_1', context })).toEqual({
      principalId: 'key_1',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Action: 'execute-api:Invoke',
            Effect: effect,
            Resource: 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3/prod/*',
          },
        ],
      },
      context: { code: 'insufficient_scope' },
    });
  });

  it('stays within 512 characters however long the path is', () => {
    const methodArn = `arn:aws:execute-api:eu-central-1:123456789012:a1b2c3/prod/GET/${'x'.repeat(2_000)}`;
    expect(JSON.stringify(policy('Allow', { methodArn, principalId: 'key_1', context })).length).toBeLessThan(512);
  });
});
