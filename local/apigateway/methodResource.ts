import * as z from 'zod';
import type { ResourceHandler } from '../cloudformation/resourceTypes.ts';
import { functionArnOf } from './functionUri.ts';
import type { Integration, MockResponse } from './restApi.ts';
import { integrationTimeoutMs } from './timeLimit.ts';

const flag = z.union([z.boolean(), z.stringbool()]);

const integrationProperties = z.object({
  Type: z.enum(['AWS_PROXY', 'MOCK'], { error: 'only AWS_PROXY and MOCK integrations are played' }),
  Uri: z.string().optional(),
  TimeoutInMillis: z.coerce.number().max(integrationTimeoutMs).default(integrationTimeoutMs),
  RequestTemplates: z.record(z.string(), z.string()).default({}),
  IntegrationResponses: z
    .array(
      z.object({
        StatusCode: z.coerce.number(),
        SelectionPattern: z.string().optional(),
        ResponseParameters: z.record(z.string(), z.string()).default({}),
        ResponseTemplates: z.record(z.string(), z.string()).default({}),
      }),
    )
    .default([]),
});
type IntegrationProperties = z.infer<typeof integrationProperties>;

const methodProperties = z.object({
  RestApiId: z.string(),
  ResourceId: z.string(),
  HttpMethod: z.string(),
  AuthorizationType: z.enum(['NONE', 'CUSTOM'], { error: 'only authorization NONE and CUSTOM are played' }).default('NONE'),
  AuthorizerId: z.string().optional(),
  ApiKeyRequired: flag.default(false),
  RequestValidatorId: z.never({ error: 'request validators are not played' }).optional(),
  Integration: integrationProperties,
});

export const createMethod: ResourceHandler = (resource, { restApis }) => {
  const properties = methodProperties.parse(resource.properties);
  restApis.get(properties.RestApiId).methods.push({
    resourceId: properties.ResourceId,
    httpMethod: properties.HttpMethod,
    authorizerId: properties.AuthorizationType === 'CUSTOM' ? (properties.AuthorizerId ?? 'missing') : undefined,
    apiKeyRequired: properties.ApiKeyRequired,
    integration: integrationOf(properties.Integration),
  });
  return { ref: resource.logicalId };
};

function integrationOf(properties: IntegrationProperties): Integration {
  if (properties.Type === 'AWS_PROXY') return { type: 'AWS_PROXY', functionArn: functionArnOf(properties.Uri ?? ''), timeoutMs: properties.TimeoutInMillis };
  const template = withoutVtl(properties.RequestTemplates['application/json'] ?? '{"statusCode": 200}');
  const statusCode = Number(/statusCode["']?\s*:\s*(\d+)/u.exec(template)?.[1] ?? Number.NaN);
  if (Number.isNaN(statusCode)) throw new Error(`a MOCK integration's request template names no status code: ${template}`);
  return { type: 'MOCK', statusCode, responses: properties.IntegrationResponses.map(mockResponse) };
}

function mockResponse(properties: IntegrationProperties['IntegrationResponses'][number]): MockResponse {
  const [contentType, body = ''] = Object.entries(properties.ResponseTemplates)[0] ?? [];
  const headers = Object.entries(properties.ResponseParameters).map(([target, mapping]) => [target.replace(/^method\.response\.header\./u, ''), mapping] as const);
  return {
    statusCode: properties.StatusCode,
    selectionPattern: properties.SelectionPattern === '' ? undefined : properties.SelectionPattern,
    headers: Object.fromEntries(headers),
    body: withoutVtl(body),
    contentType,
  };
}

/** Templates of MOCK integrations are VTL on AWS; one that uses it cannot be played as plain text. */
function withoutVtl(template: string): string {
  if (/#(?:set|if|else|end|foreach)\b|\$/u.test(template)) throw new Error(`a MOCK integration's template uses VTL, which is not played: ${template}`);
  return template;
}
