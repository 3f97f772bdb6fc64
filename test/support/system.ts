import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect } from 'vitest';
import { startPlatform } from '../../local/platform.ts';
import type { Platform } from '../../local/platform.ts';
import { assemblyDir } from './assembly.ts';
import { fetchJson } from './http.ts';
import { LeakWatch, testCredentials } from './leaks.ts';
import { Operator } from './operator.ts';
import type { Item } from './operator.ts';
import { assertDeclared } from './respondsAsDeclared.ts';
import type { Json, TestResponse } from './respondsAsDeclared.ts';
import { recordFile } from './seenProblems.ts';

export interface CallOptions {
  /** The root token when left out; null for none. */
  readonly token?: string | null;
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly rawBody?: string | Uint8Array<ArrayBuffer> | undefined;
  readonly headers?: Record<string, string>;
}

/** A person who has signed in. */
export interface Person {
  readonly email: string;
  readonly memberId: string;
  readonly organizationId: string;
  /** Their access token. */
  readonly token: string;
}

export interface SystemOptions {
  /** A DynamoDB to use in place of the embedded one. */
  readonly dynamoEndpoint?: string | undefined;
}

/** An organization beside the operator's, and its management key. */
export interface Tenant {
  readonly id: string;
  readonly keysPath: string;
  /** Token of a management key with every permission over keys. */
  readonly token: string;
  readonly keyId: string;
}

const permissionsOverKeys = ['keys:read', 'keys:write', 'keys:revoke', 'keys:verify'];

/** The whole system on its local platform, one a test file, driven over HTTP. */
export class System {
  readonly leaks = new LeakWatch();
  readonly platform: Platform;
  readonly operator: Operator;
  readonly managementUrl: string;
  readonly exampleUrl: string;
  readonly organizationId: string;
  readonly rootToken: string;
  #people = 0;

  private constructor(platform: Platform, rootToken: string) {
    this.platform = platform;
    this.operator = new Operator(platform);
    this.managementUrl = urlOf(platform, 'Gatewarden-Api');
    this.exampleUrl = urlOf(platform, 'Gatewarden-Orders');
    this.organizationId = outputOf(platform, 'Gatewarden-Bootstrap', 'OrganizationId');
    this.rootToken = rootToken;
    this.leaks.add(rootToken);
  }

  static async start(options: SystemOptions = {}): Promise<System> {
    const dynamoEndpoint = options.dynamoEndpoint ?? process.env['DYNAMODB_ENDPOINT'];
    const platform = await startPlatform({ assemblyDir, ...(dynamoEndpoint ? { dynamoEndpoint } : {}) });
    return new System(platform, await readSecret(platform, outputOf(platform, 'Gatewarden-Bootstrap', 'RootTokenSecretName')));
  }

  /** Calls the management API; the answer must be one that the route declares. */
  async call(method: string, path: string, options: CallOptions = {}): Promise<TestResponse> {
    const { token = this.rootToken, body, rawBody, headers = {} } = options;
    const payload = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetchJson(`${this.managementUrl}/v1${path}`, {
      method,
      headers: {
        ...credentialHeader(token),
        ...(payload === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
    });
    assertDeclared(method, path, response);
    this.#watch(method, path, response);
    return response;
  }

  /** An access token of whoever has an address, of a sign-in of its own. */
  async signIn(email: string): Promise<string> {
    return (await this.platform.signIn(email)).accessToken;
  }

  /** A member of an organization, invited by the operator, who has signed in. */
  async join(organizationId: string, role: string, email = `${role}-${(this.#people += 1)}@example.com`): Promise<Person> {
    const invited = await this.call('POST', `/organizations/${organizationId}/members`, { body: { email, role } });
    expect(invited.status, JSON.stringify(invited.body)).toBe(201);
    const token = await this.signIn(email);
    const first = await this.call('GET', `/organizations/${organizationId}/members/${invited.body.id}`, { token: await this.signIn(email) });
    expect([200, 403]).toContain(first.status);
    return { email, memberId: invited.body.id, organizationId, token };
  }

  /** A token stands in the 201 that made it, once, and in no other answer. */
  #watch(method: string, path: string, { status, headers, body }: TestResponse): void {
    const isNew = status === 201 && typeof body?.token === 'string';
    const shown = JSON.stringify([[...headers], isNew ? { ...body, token: null } : body]);
    if (isNew) this.leaks.add(body.token);
    if (this.leaks.isIn(shown)) throw new Error(`${method} ${path}: the answer holds a token.`);
  }

  /** Issues a key for product `orders` that may read, or as `fields` say. */
  async issue(fields: Record<string, unknown> = {}, keysPath = this.keysPath): Promise<{ key: Json; token: string }> {
    const response = await this.call('POST', keysPath, {
      body: { name: 'Test key', product: 'orders', environment: 'live', scopes: ['orders:read'], ...fields },
    });
    expect(response.status, JSON.stringify(response.body)).toBe(201);
    return response.body;
  }

  /** A tenant as `fields` say, and a management key of its own, which takes one of its places. */
  async tenant(fields: Item = {}, scopes: readonly string[] = permissionsOverKeys): Promise<Tenant> {
    const id = await this.operator.createOrganization(fields);
    const keysPath = `/organizations/${id}/keys`;
    const { key, token } = await this.issue({ name: 'Tenant automation', product: 'gatewarden', scopes }, keysPath);
    return { id, keysPath, token, keyId: key.id };
  }

  /** Calls the example API with a token. */
  async example(token: string | null, options: { method?: string; path?: string; headers?: Record<string, string>; body?: unknown } = {}) {
    const { method = 'GET', path = '/orders', headers, body } = options;
    const response = await fetchJson(`${this.exampleUrl}${path}`, {
      method,
      headers: { ...(token === null ? {} : { 'X-API-Key': token }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    this.#watch(method, path, response);
    return response;
  }

  get keysPath(): string {
    return `/organizations/${this.organizationId}/keys`;
  }
}

/** Starts a system for a test file, and afterwards looks for tokens in everything that it kept. */
export function useSystem(optionsOf: () => SystemOptions = () => ({})): () => System {
  let system: System | undefined;
  const current = (): System => {
    if (!system) throw new Error('The system has not started.');
    return system;
  };
  beforeAll(async () => {
    system = await System.start(optionsOf());
  }, 120_000);
  afterAll(async () => {
    try {
      expect(await current().leaks.findIn(current().platform), 'a token was kept').toEqual([]);
      recordFile(expect.getState().testPath ?? '');
    } finally {
      system?.operator.close();
      await system?.platform.stop();
    }
  });
  return current;
}

/** A management token in its own header, a JWT as the bearer token that it is. */
function credentialHeader(token: string | null): Record<string, string> {
  if (token === null) return {};
  return token.split('.').length === 3 ? { Authorization: `Bearer ${token}` } : { 'X-API-Key': token };
}

/** As an operator reads it, from Secrets Manager. */
async function readSecret(platform: Platform, name: string): Promise<string> {
  const client = new SecretsManagerClient({ endpoint: platform.awsEndpoint, region: 'us-east-1', credentials: testCredentials });
  const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: name }));
  client.destroy();
  return SecretString;
}

function urlOf(platform: Platform, stack: string): string {
  const api = [...platform.apis.values()].find((candidate) => candidate.stack === stack);
  if (!api) throw new Error(`${stack} has no API.`);
  return api.url;
}

function outputOf(platform: Platform, stack: string, name: string): string {
  const value = platform.outputs[stack]?.[name];
  if (value === undefined) throw new Error(`${stack} has no output ${name}.`);
  return value;
}
