import type { Exchange } from './exchange.ts';
import type { GatewayFailure, HttpAnswer } from './gatewayResponse.ts';
import { mappedValue } from './substitution.ts';
import { substitutionScope } from './exchange.ts';
import { proxyEvent } from './proxyEvent.ts';
import { proxyResponse } from './proxyResponse.ts';
import { headerValue } from './request.ts';
import type { Integration } from './restApi.ts';
import type { GatewayServices } from './services.ts';
import { withTimeLimit } from './timeLimit.ts';

type Authorized = Readonly<Record<string, unknown>> | undefined;
type Integrated = { ok: true; answer: HttpAnswer } | { ok: false; failure: GatewayFailure };
type Of<Type extends Integration['type']> = Extract<Integration, { type: Type }>;

/** Lets the method's integration answer. */
export async function integrate(integration: Integration, exchange: Exchange, authorizer: Authorized, services: GatewayServices): Promise<Integrated> {
  return integration.type === 'MOCK' ? mock(integration, exchange) : invokeFunction(integration, exchange, authorizer, services);
}

async function invokeFunction(integration: Of<'AWS_PROXY'>, exchange: Exchange, authorizer: Authorized, services: GatewayServices): Promise<Integrated> {
  const { functionArn, timeoutMs } = integration;
  const { accountId, region } = services;
  const resourcePath = exchange.match?.route.resourcePath ?? '/';
  const sourceArn = `arn:aws:execute-api:${region}:${accountId}:${exchange.api.id}/${exchange.stage.name}/${exchange.request.method}${resourcePath}`;
  const isKnown = services.lambda.find(functionArn) !== undefined;
  if (!isKnown || !services.lambda.mayInvoke(functionArn, { principal: 'apigateway.amazonaws.com', sourceArn, accountId })) {
    services.log(`Execution failed due to configuration error: Invalid permissions on Lambda function ${functionArn} for ${sourceArn}`);
    return { ok: false, failure: { type: 'API_CONFIGURATION_ERROR' } };
  }
  const outcome = await withTimeLimit(services.lambda.invoke(functionArn, JSON.stringify(proxyEvent(exchange, authorizer))), timeoutMs);
  if (outcome === 'timeout') return { ok: false, failure: { type: 'INTEGRATION_TIMEOUT' } };
  const { accept, binaryMediaTypes } = { accept: headerValue(exchange.request.headers, 'Accept'), binaryMediaTypes: exchange.api.binaryMediaTypes };
  const answer = outcome.ok ? proxyResponse(outcome.payload, { accept, binaryMediaTypes }) : undefined;
  if (answer) return { ok: true, answer };
  const reason = outcome.ok ? 'Malformed Lambda proxy response' : `${outcome.error.errorType}: ${outcome.error.errorMessage}`;
  services.log(`Execution failed: ${functionArn}: ${reason}`);
  return { ok: false, failure: { type: 'DEFAULT_5XX' } };
}

function mock(integration: Of<'MOCK'>, exchange: Exchange): Integrated {
  const status = String(integration.statusCode);
  const { responses } = integration;
  const response =
    responses.find(({ selectionPattern }) => selectionPattern !== undefined && new RegExp(`^(?:${selectionPattern})$`, 'u').test(status)) ??
    responses.find(({ selectionPattern }) => selectionPattern === undefined);
  if (!response) return { ok: false, failure: { type: 'API_CONFIGURATION_ERROR' } };
  const scope = substitutionScope(exchange);
  const headers = Object.entries(response.headers).flatMap(([name, mapping]): [string, string][] => {
    const value = mappedValue(mapping, scope);
    return value === undefined ? [] : [[name, value]];
  });
  const type: [string, string][] = response.body === '' ? [] : [['Content-Type', response.contentType ?? 'application/json']];
  return { ok: true, answer: { status: response.statusCode, headers: [...type, ...headers], body: response.body } };
}
