import type { CfnResource } from 'aws-cdk-lib';
import { apiIdProperties, partsOf, propertiesOf } from '../template.ts';
import type { GuardedRestApi } from './gaps.ts';

/** Gateway responses beside those of the kit: an API takes one of each type, which only the deployment would tell. */
export function findSecondResponses({ api, authorizer, gate }: GuardedRestApi): string[] {
  const responses = partsOf(api.resource, 'AWS::ApiGateway::GatewayResponse', apiIdProperties.rest);
  const isOurs = (response: CfnResource): boolean => authorizer.node.scope !== undefined && response.node.scopes.includes(authorizer.node.scope);
  const ours = new Map(responses.filter(isOurs).map((response) => [typeOf(response), response.node.path]));
  return responses.flatMap((response) => {
    const type = typeOf(response);
    const first = ours.get(type);
    // That of a limit is looked at with the rest of the gate: problemResponses does not take it away.
    if (first === undefined || isOurs(response) || (gate && type === 'INVALID_API_KEY')) return [];
    return [`"${response.node.path}" is a second gateway response of type ${String(type)}, beside "${first}", and an API takes one: remove yours, or set problemResponses: false.`];
  });
}

function typeOf(response: CfnResource): unknown {
  return propertiesOf(response)['ResponseType'];
}
