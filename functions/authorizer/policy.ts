import type { APIGatewayAuthorizerResult } from 'aws-lambda';

/** The authorizer's answer for the whole stage: `arn:…:apiId/stage/*`. */
export function policy(
  effect: 'Allow' | 'Deny',
  options: { methodArn: string; principalId: string; context: Record<string, string> },
): APIGatewayAuthorizerResult {
  const [api, stage] = options.methodArn.split('/');
  return {
    principalId: options.principalId,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: `${api}/${stage}/*` }],
    },
    context: options.context,
  };
}
