import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import type { Json } from '../support/respondsAsDeclared.ts';
import { contractRoutes } from './contractRoutes.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();

async function document(): Promise<Json> {
  const response = await system().call('GET', '/openapi.json', { token: null });
  expect(response.status).toBe(200);
  return response.body;
}

describe('GET /openapi.json', () => {
  it('is public, and valid OpenAPI 3.1 by a validator that others wrote', async () => {
    const found = await document();
    expect(found.openapi).toMatch(/^3\.1\./);
    const result = await new Validator().validate(structuredClone(found));
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
  });

  it('describes every route of the contract, and no other', async () => {
    const { paths } = await document();
    const operations = Object.entries<Json>(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
    expect(operations.sort()).toEqual(contractRoutes);
  });

  it('says of each operation what it takes, asks for and answers', async () => {
    const { paths, components } = await document();
    const issue = paths['/organizations/{organizationId}/keys'].post;
    expect(issue).toMatchObject({ operationId: 'issueKey', 'x-permission': 'keys:write' });
    expect(issue.parameters.map(({ name, in: place }: Json) => [name, place])).toEqual([['organizationId', 'path'], ['idempotency-key', 'header'], ['x-step-up', 'header']]);
    expect(Object.keys(issue.responses).sort()).toEqual(['201', '400', '401', '403', '404', '409', '413', '415', '422', '500']);
    expect(Object.keys(issue.responses['403'].content)).toEqual(['application/problem+json']);
    expect(issue.responses['403'].description).toContain('key_limit_reached');
    const list = paths['/organizations/{organizationId}/keys'].get.parameters.map(({ name }: Json) => name);
    expect(list.sort()).toEqual(['cursor', 'environment', 'expiresBefore', 'limit', 'organizationId', 'owner', 'product', 'search', 'status', 'tag']);
    expect(components.schemas.Key.properties).not.toHaveProperty('tokenHash');
    expect(components.schemas.Key.properties).not.toHaveProperty('token');
    expect(paths['/openapi.json'].get.security).toEqual([]);
    for (const name of ['subject', 'hash', 'pin']) expect(components.schemas.Member.properties).not.toHaveProperty(name);
    expect(components.schemas.Organization.properties).not.toHaveProperty('isOperator');
    expect(Object.keys(paths['/organizations/{organizationId}/events'].get.responses['200'].content).sort()).toEqual(['application/json', 'application/x-ndjson', 'text/csv']);
    expect(paths['/organizations/{organizationId}/members/{memberId}'].delete.responses['204']).not.toHaveProperty('content');
    const events = paths['/organizations/{organizationId}/events'].get.parameters.map(({ name }: Json) => name);
    expect(events.sort()).toEqual(['accept', 'actor', 'cursor', 'from', 'limit', 'organizationId', 'to', 'type']);
  });

  it('leaves problem documents open, and names the members that codes bring along', async () => {
    const { components } = await document();
    const { Problem } = components.schemas;
    expect(Problem.additionalProperties).not.toBe(false);
    expect(Problem.properties.missing).toMatchObject({ type: 'array', items: { type: 'string' } });
    for (const name of ['maxKeys', 'maxKeyLifetimeDays', 'replacedBy', 'version', 'remainingTries', 'retryAfterSec']) {
      expect(Problem.properties, name).toHaveProperty(name);
      expect(Problem.required).not.toContain(name);
    }
  });

  it('tells of what the authorizer refuses with a 403, on each route that it is before', async () => {
    const { paths } = await document();
    const codes = ['not_a_member', 'wrong_product', 'ip_not_allowed', 'organization_suspended', 'organization_not_approved', 'plan_lacks_m2m', 'product_not_enabled'];
    for (const [path, method] of [['/whoami', 'get'], ['/organizations/{organizationId}/keys', 'get'], ['/keys/verify', 'post']] as const) {
      const { description } = paths[path][method].responses['403'];
      for (const code of codes) expect(description.split(`[${code}]`), `${code} of ${path}`).toHaveLength(2);
    }
    expect(paths['/openapi.json'].get.responses).not.toHaveProperty('403');
  });

  it('has X-Step-Up where a PIN can be asked for, and nowhere else', async () => {
    const { paths } = await document();
    const takesIt = Object.entries<Json>(paths).flatMap(([path, methods]) =>
      Object.entries<Json>(methods).filter(([, { parameters = [] }]) => parameters.some(({ name }: Json) => name === 'x-step-up')).map(([method]) => `${method} ${path}`),
    );
    expect(takesIt.sort()).toEqual([
      'patch /organizations/{organizationId}',
      'post /organizations/{organizationId}/keys',
      'post /organizations/{organizationId}/keys/{keyId}/revoke',
      'post /organizations/{organizationId}/keys/{keyId}/rotate',
    ]);
  });

  it('names the headers that answers carry beside X-Request-Id', async () => {
    const { paths } = await document();
    const headersOf = (path: string, method: string, status: string) => Object.keys(paths[path][method].responses[status].headers).sort();
    const keys = '/organizations/{organizationId}/keys';
    expect(headersOf(keys, 'post', '201')).toEqual(['Idempotent-Replayed', 'Location', 'X-Request-Id']);
    expect(headersOf(`${keys}/{keyId}/rotate`, 'post', '201')).toEqual(['Idempotent-Replayed', 'Location', 'X-Request-Id']);
    expect(headersOf(`${keys}/{keyId}`, 'get', '200')).toEqual(['ETag', 'X-Request-Id']);
    expect(headersOf('/organizations', 'post', '201')).toEqual(['ETag', 'Location', 'X-Request-Id']);
    expect(headersOf(keys, 'get', '401')).toEqual(['WWW-Authenticate', 'X-Request-Id']);
    expect(headersOf('/organizations/{organizationId}/me/pin/verifications', 'post', '403')).toEqual(['Retry-After', 'X-Request-Id']);
    expect(headersOf(keys, 'post', '409')).toEqual(['Retry-After', 'X-Request-Id']);
  });
});
