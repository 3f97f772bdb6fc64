import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect } from 'vitest';
import { startPlatform } from '../../local/platform.ts';
import type { Platform } from '../../local/platform.ts';
import { assemblyDir } from './assembly.ts';
import { LeakWatch, testCredentials } from './leaks.ts';
import { assertDeclared } from './respondsAsDeclared.ts';
import type { Json, TestResponse } from './respondsAsDeclared.ts';

export interface CallOptions {
  /** The root token when left out; null for none. */
  readonly token?: string | null;
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly rawBody?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Record<string, string>;
}

/** The whole system on its local platform, one a test file, driven over HTTP. */
export class System {
  readonly leaks = new LeakWatch();
  readonly platform: Platform;
  readonly managementUrl: string;
  readonly exampleUrl: string;
  readonly organizationId: string;
  readonly rootToken: string;

  private constructor(platform: Platform, rootToken: string) {
    this.platform = platform;
    this.managementUrl = urlOf(platform, 'Gatewarden-Api');
    this.exampleUrl = urlOf(platform, 'Gatewarden-Orders');
    this.organizationId = outputOf(platform, 'Gatewarden-Bootstrap', 'OrganizationId');
    this.rootToken = rootToken;
    this.leaks.add(rootToken);
  }

  static async start(): Promise<System> {
    const dynamoEndpoint = process.env['DYNAMODB_ENDPOINT'];
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
        ...(token === null ? {} : { 'X-API-Key': token }),
        ...(payload === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
    });
    assertDeclared(method, path, response);
    if (typeof response.body?.token === 'string') this.leaks.add(response.body.token);
    return response;
  }

  /** Issues a key for product `orders` that may read, or as `fields` say. */
  async issue(fields: Record<string, unknown> = {}): Promise<{ key: Json; token: string }> {
    const response = await this.call('POST', this.keysPath, {
      body: { name: 'Test key', product: 'orders', environment: 'live', scopes: ['orders:read'], ...fields },
    });
    expect(response.status, JSON.stringify(response.body)).toBe(201);
    return response.body;
  }

  /** Calls the example API with a token. */
  async example(token: string | null, options: { method?: string; path?: string; headers?: Record<string, string>; body?: unknown } = {}) {
    return fetchJson(`${this.exampleUrl}${options.path ?? '/orders'}`, {
      method: options.method ?? 'GET',
      headers: { ...(token === null ? {} : { 'X-API-Key': token }), ...options.headers },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
  }

  get keysPath(): string {
    return `/organizations/${this.organizationId}/keys`;
  }
}

/** Starts a system for a test file, and afterwards looks for tokens in everything that it kept. */
export function useSystem(): () => System {
  let system: System | undefined;
  const current = (): System => {
    if (!system) throw new Error('The system has not started.');
    return system;
  };
  beforeAll(async () => {
    system = await System.start();
  }, 120_000);
  afterAll(async () => {
    try {
      expect(await current().leaks.findIn(current().platform), 'a token was kept').toEqual([]);
    } finally {
      await system?.platform.stop();
    }
  });
  return current;
}

async function fetchJson(url: string, init: RequestInit): Promise<TestResponse> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : parse(text) };
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
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
