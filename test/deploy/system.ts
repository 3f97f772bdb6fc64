import * as z from 'zod';
import { expectStatus } from './expectations.ts';
import { call, deployedApi } from './http.ts';
import type { Answer, Call, DeployedApi } from './http.ts';
import type { Operator } from './operator.ts';
import type { Outputs } from './deploy.ts';

/** What the API says of a key, as far as it matters here. */
const keyShape = z.object({
  id: z.string(),
  organizationId: z.string(),
  status: z.string(),
  scopes: z.array(z.string()),
  version: z.number(),
  maskedToken: z.string(),
  expiresAt: z.string().nullable(),
});
const issuedShape = z.object({ key: keyShape, token: z.string() });
const pageShape = z.object({ items: z.array(keyShape), nextCursor: z.string().nullable() });

export type Key = z.infer<typeof keyShape>;
export type Issued = z.infer<typeof issuedShape>;

/** The deployed product, seen from outside. */
export interface System {
  readonly management: DeployedApi;
  readonly orders: DeployedApi;
  readonly operator: Operator;
  readonly organizationId: string;
  readonly rootToken: string;
  /** Every token that was handed out in this run, the root token first. */
  readonly tokens: readonly string[];
  /** What else has to stay between a caller and the API: signatures of access tokens, step-ups. */
  readonly secrets: readonly string[];
  keepSecret(secret: string): void;
  /** Calls the management API, with the root token unless the headers say otherwise. */
  manage(options: Call): Promise<Answer>;
  /** Calls the example API with a token in `X-API-Key`. */
  order(token: string, options?: Partial<Call>): Promise<Answer>;
  /** Path of the organization's keys, or of one of them. */
  keysPath(keyId?: string, rest?: string): string;
  /** Issues a key for the product `orders`, environment `live`, scopes read and write, but for what is given. */
  issue(overrides?: Readonly<Record<string, unknown>>): Promise<Issued>;
  /** Reads a 201 and keeps its token among `tokens`. */
  remember(answer: Answer): Issued;
  revoke(keyId: string): Promise<Answer>;
}

export interface SystemOptions {
  readonly outputs: Outputs;
  readonly port: number;
  readonly operator: Operator;
  readonly rootToken: string;
}

export function createSystem({ outputs, port, operator, rootToken }: SystemOptions): System {
  const management = deployedApi(outputOf(outputs, 'Gatewarden-Api', 'ManagementUrl'), port);
  const orders = deployedApi(outputOf(outputs, 'Gatewarden-Orders', 'OrdersUrl'), port);
  const organizationId = outputOf(outputs, 'Gatewarden-Bootstrap', 'OrganizationId');
  const tokens = [rootToken];
  const secrets: string[] = [];
  const keysPath = (keyId = '', rest = '') => `/organizations/${organizationId}/keys${keyId && `/${keyId}`}${rest}`;
  const manage = (options: Call) => call(management, { ...options, headers: { 'x-api-key': rootToken, ...options.headers } });
  const remember = (answer: Answer): Issued => {
    if (answer.status !== 201) throw new Error(`Expected 201, got ${answer.status}: ${answer.text}`);
    const issued = issuedShape.parse(answer.body);
    tokens.push(issued.token);
    return issued;
  };

  return {
    management,
    orders,
    operator,
    organizationId,
    rootToken,
    tokens,
    secrets,
    keepSecret: (secret) => void secrets.push(secret),
    manage,
    keysPath,
    order: (token, options = {}) => call(orders, { path: '/orders', ...options, headers: { 'x-api-key': token, ...options.headers } }),
    async issue(overrides = {}) {
      const body = { name: 'Deployed', product: 'orders', environment: 'live', scopes: ['orders:read', 'orders:write'], ...overrides };
      return remember(await manage({ method: 'POST', path: keysPath(), body }));
    },
    remember,
    revoke: (keyId) => manage({ method: 'POST', path: keysPath(keyId, '/revoke'), body: { reason: 'retired' } }),
  };
}

export function outputOf(outputs: Outputs, stack: string, name: string): string {
  const value = outputs[stack]?.[name];
  if (!value) throw new Error(`Stack ${stack} has no output ${name}.`);
  return value;
}

export function asKey(answer: Answer): Key {
  expectStatus(answer, 200);
  return keyShape.parse(answer.body);
}

export function asPage(answer: Answer): z.infer<typeof pageShape> {
  expectStatus(answer, 200);
  return pageShape.parse(answer.body);
}
