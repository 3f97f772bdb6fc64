import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { encodeText } from '../../shared/access/authorizerContext.ts';
import { readCredentials } from '../../shared/access/credentials.ts';
import { managementProduct } from '../../shared/config/managementProduct.ts';
import { problems } from '../../shared/errors/problems.ts';
import { log } from '../log.ts';
import { judge, refuseUndecided, restAnswer } from './answer.ts';
import { authenticateMember, isJwt } from './member.ts';
import { policy } from './policy.ts';
import { logRefusal } from './refusals.ts';
import { requestOf } from './request.ts';
import type { AuthorizerRequest } from './request.ts';
import { authorizerSources } from './sources.ts';

const sources = authorizerSources('strict');

/** The authorizer of the management API: who is calling, a member or a management key. What they may do, each route checks. */
export async function handler(event: APIGatewayRequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> {
  const request = requestOf(event);
  const credentials = readCredentials(request.headers);
  if (credentials.kind === 'one' && credentials.viaBearer && isJwt(credentials.token)) {
    return answerMember(event, request, credentials.token);
  }
  const outcome = await judge({
    authorizer: 'management',
    request,
    sources,
    demand: () => ({ product: managementProduct, environment: 'live', ip: event.requestContext.identity.sourceIp }),
    contextOf: ({ key, organization }) => ({
      principalType: 'management_key',
      principalRef: key.id,
      principalName: encodeText(key.name),
      organizationId: key.organizationId,
      organizationStatus: organization.status,
      isOperator: String(organization.isOperator),
      role: '',
      permissions: key.scopes.join(' '),
      sessionId: '',
    }),
  });
  return restAnswer(outcome, event.methodArn);
}

async function answerMember(event: APIGatewayRequestAuthorizerEvent, request: AuthorizerRequest, accessToken: string): Promise<APIGatewayAuthorizerResult> {
  const organizationId = event.pathParameters?.['organizationId'] ?? null;
  const verdict = await authenticateMember(accessToken, organizationId).catch((error: unknown) =>
    refuseUndecided('management', request, error),
  );
  const { methodArn } = event;
  if (verdict.valid) return policy('Allow', { methodArn, principalId: verdict.memberId, context: verdict.context });
  const { code } = verdict;
  logRefusal('management', request, { code, keyId: null, organizationId: null });
  if (code === 'invalid_access_token') {
    log('WARN', 'access token refused', { reason: verdict.reason });
    throw new Error('Unauthorized');
  }
  const detail = 'Whoever signed in is not a member of any organization here.';
  return policy('Deny', { methodArn, principalId: 'nobody', context: { code, title: problems[code].title, detail } });
}
