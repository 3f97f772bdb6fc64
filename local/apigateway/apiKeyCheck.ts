import type { ApiKey } from './apiKeys.ts';
import type { Exchange } from './exchange.ts';
import { headerValue } from './request.ts';
import type { GatewayServices } from './services.ts';

/**
 * The API key with which a method that requires one is called: from the header or, where the API says so, from what the
 * authorizer answered. Undefined for a missing one, an unknown one, and one that no usage plan lets into the stage.
 */
export function apiKeyOf({ api, stage, request }: Exchange, usageIdentifierKey: string | undefined, { apiKeys }: GatewayServices): ApiKey | undefined {
  const value = api.apiKeySource === 'AUTHORIZER' ? usageIdentifierKey : headerValue(request.headers, 'X-API-Key');
  return value === undefined ? undefined : apiKeys.find(value, api.id, stage.name);
}

/** The exchange as what follows sees it: a key's value stands in its context, in events and in access logs alike. */
export function withApiKey(exchange: Exchange, { id, value }: ApiKey): Exchange {
  const { context } = exchange;
  return { ...exchange, context: { ...context, identity: { ...context.identity, apiKey: value, apiKeyId: id } } };
}
