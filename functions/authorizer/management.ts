import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { encodeText } from '../../shared/access/authorizerContext.ts';
import { managementProduct } from '../../shared/config/managementProduct.ts';
import { answer } from './answer.ts';
import { authorizerSources } from './sources.ts';

const sources = authorizerSources();

/** The authorizer of the management API: who is calling. What they may do, each route checks. */
export async function handler(event: APIGatewayRequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> {
  return answer({
    authorizer: 'management',
    event,
    sources,
    demand: () => ({ product: managementProduct, environment: 'live', ip: event.requestContext.identity.sourceIp }),
    contextOf: ({ key, organization }) => ({
      principalType: 'management_key',
      principalKeyId: key.id,
      principalName: encodeText(key.name),
      organizationId: key.organizationId,
      isOperator: String(organization.isOperator),
      role: '',
      permissions: key.scopes.join(' '),
    }),
  });
}
