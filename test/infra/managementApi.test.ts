import { describe, expect, it } from 'vitest';
import { found } from './found.ts';
import { routes } from '../../shared/api/routes.ts';
import type { Resource } from './synthesized.ts';
import { resources, synthesized } from './synthesized.ts';

const { Api: template } = synthesized();
const methods = resources(template, 'AWS::ApiGateway::Method');
const apiResources = resources(template, 'AWS::ApiGateway::Resource');

/** `GET /organizations/{organizationId}` for a method resource, put together from the resource tree. */
function routeOf({ Properties }: Resource): string {
  const parts: string[] = [];
  for (let at = refOf(Properties['ResourceId']); at; at = refOf(apiResources[at]?.Properties['ParentId'])) {
    parts.unshift(String(apiResources[at]?.Properties['PathPart']));
  }
  return `${String(Properties['HttpMethod'])} /${parts.join('/')}`;
}

function refOf(value: unknown): string | undefined {
  return (value as { Ref?: string } | undefined)?.Ref;
}

const deployed = new Map(Object.values(methods).map((method) => [routeOf(method), method.Properties]));

it('the routes of the contract are served, and no others', () => {
  expect([...deployed.keys()].sort()).toEqual([
    'DELETE /organizations/{organizationId}/members/{memberId}',
    'DELETE /organizations/{organizationId}/members/{memberId}/pin',
    'DELETE /organizations/{organizationId}/roles/{name}',
    'GET /catalog',
    'GET /openapi.json',
    'GET /organizations',
    'GET /organizations/{organizationId}',
    'GET /organizations/{organizationId}/events',
    'GET /organizations/{organizationId}/events/checkpoints',
    'GET /organizations/{organizationId}/keys',
    'GET /organizations/{organizationId}/keys/{keyId}',
    'GET /organizations/{organizationId}/keys/{keyId}/events',
    'GET /organizations/{organizationId}/keys/{keyId}/rotation',
    'GET /organizations/{organizationId}/keys/{keyId}/usage',
    'GET /organizations/{organizationId}/members',
    'GET /organizations/{organizationId}/members/{memberId}',
    'GET /organizations/{organizationId}/roles',
    'GET /organizations/{organizationId}/roles/{name}',
    'GET /organizations/{organizationId}/usage',
    'GET /whoami',
    'PATCH /organizations/{organizationId}',
    'PATCH /organizations/{organizationId}/keys/{keyId}',
    'PATCH /organizations/{organizationId}/members/{memberId}',
    'POST /keys/verify',
    'POST /organizations',
    'POST /organizations/{organizationId}/keys',
    'POST /organizations/{organizationId}/keys/{keyId}/revoke',
    'POST /organizations/{organizationId}/keys/{keyId}/rotate',
    'POST /organizations/{organizationId}/me/pin/verifications',
    'POST /organizations/{organizationId}/members',
    'PUT /organizations/{organizationId}/me/pin',
    'PUT /organizations/{organizationId}/roles/{name}',
  ]);
  expect(deployed.size).toBe(Object.keys(routes).length);
});

it('every method but the OpenAPI document has the authorizer before it', () => {
  const [authorizer] = Object.keys(resources(template, 'AWS::ApiGateway::Authorizer'));
  for (const [route, properties] of deployed) {
    if (route === 'GET /openapi.json') {
      expect(properties['AuthorizationType']).toBe('NONE');
    } else {
      expect({ route, ...properties }).toMatchObject({ route, AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: authorizer } });
    }
  }
});

it('no answer of the authorizer is kept, and it is asked whatever headers a request has', () => {
  const [authorizer] = Object.values(resources(template, 'AWS::ApiGateway::Authorizer'));
  expect(authorizer?.Properties).toMatchObject({ Type: 'REQUEST', AuthorizerResultTtlInSeconds: 0 });
  expect(authorizer?.Properties['IdentitySource'] ?? '').toBe('');
});

it('API Gateway may invoke the authorizer for this API, and each function from this API only', () => {
  const permissions = Object.values(resources(template, 'AWS::Lambda::Permission'));
  expect(permissions).toHaveLength(7);
  for (const { Properties } of permissions) {
    expect(Properties).toMatchObject({ Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' });
    expect(JSON.stringify(Properties['SourceArn'])).toContain('{"Ref":"ManagementApi');
  }
});

it('the stage is v1, at the address that is an output', () => {
  expect(found(template, 'AWS::ApiGateway::Stage', { StageName: 'v1' })).toHaveLength(1);
  expect(JSON.stringify(template.findOutputs('ManagementUrl'))).toMatch(/\{"Ref":"ManagementApiDeploymentStagev1[0-9A-F]{8}"\}\]\]/);
});

it('the ARN of the key authorizer is published where integrators look for it', () => {
  expect(found(template, 'AWS::SSM::Parameter', { Name: '/gatewarden/key-authorizer-arn', Type: 'String' })).toHaveLength(1);
});

describe('the access log', () => {
  const [stage] = Object.values(resources(template, 'AWS::ApiGateway::Stage'));
  const format = (stage?.Properties['AccessLogSetting'] as { Format?: string } | undefined)?.Format ?? '';

  it('is one JSON object a line', () => {
    // All of it, and in this order: what counts usage takes no other line.
    expect(format).toBe(
      '{"kind":"gatewarden-access","requestId":"$context.extendedRequestId","at":"$context.requestTimeEpoch","apiId":"$context.apiId",' +
        '"stage":"$context.stage","method":"$context.httpMethod","route":"$context.resourcePath","status":"$context.status",' +
        '"latencyMs":"$context.responseLatency","sourceIp":"$context.identity.sourceIp","keyId":"$context.authorizer.principalRef",' +
        '"organizationId":"$context.authorizer.organizationId","code":"$context.authorizer.code","responseType":"$context.error.responseType"}',
    );
  });

  it.each(['apiKey', 'header', '$context.path', '$context.requestId', 'userAgent', 'querystring'])('holds no %s', (part) => {
    expect(format).not.toContain(part);
  });
});
