import * as z from 'zod';
import { persisted } from './persisted.ts';

const exampleSchema = z.object({ organizationId: z.string(), orderId: z.string() }).nullable();

/** A second organization and an order of its own, to try on what another organization's things look like: not there. */
export type ExampleData = NonNullable<z.infer<typeof exampleSchema>>;

export interface ExampleAddresses {
  readonly managementUrl: string;
  readonly exampleUrl: string;
  readonly rootToken: string;
}

/**
 * Makes the example data through the APIs, as a customer's would come about, once for a data folder; null where the
 * configuration has no product `orders` or no plan with machine access. Throws where a request fails.
 */
export async function exampleData(dataDir: string, addresses: ExampleAddresses): Promise<ExampleData | null> {
  const kept = persisted({ dataDir, name: 'example', schema: exampleSchema, initial: null });
  if (kept.value) return kept.value;
  kept.value = await makeExampleData(addresses);
  kept.save();
  return kept.value;
}

const idSchema = z.object({ id: z.string() });
const catalogSchema = z.object({
  plans: z.array(z.object({ id: z.string(), machineAccess: z.boolean(), maxKeys: z.number().nullable() })),
  products: z.array(idSchema),
});

async function makeExampleData({ managementUrl, exampleUrl, rootToken }: ExampleAddresses): Promise<ExampleData | null> {
  const manage = <T>(schema: z.ZodType<T>, method: string, path: string, body?: unknown) =>
    request(schema, { url: `${managementUrl}/v1${path}`, method, token: rootToken, body });
  const catalog = await manage(catalogSchema, 'GET', '/catalog');
  const plan = catalog.plans.find(({ machineAccess, maxKeys }) => machineAccess && maxKeys !== 0);
  if (!plan || !catalog.products.some(({ id }) => id === 'orders')) return null;
  const customer = { name: 'Example customer', plan: plan.id, products: ['orders'], status: 'approved' };
  const { id: organizationId } = await manage(idSchema, 'POST', '/organizations', customer);
  const keys = `/organizations/${organizationId}/keys`;
  const key = { name: 'Orders of the example', product: 'orders', environment: 'live', scopes: ['orders:write'], expiresInDays: 1 };
  const issued = await manage(z.object({ key: idSchema, token: z.string() }), 'POST', keys, key);
  const order = { url: `${exampleUrl}/orders`, method: 'POST', token: issued.token, body: { item: 'Example', quantity: 1 } };
  const { orderId } = await request(z.object({ orderId: z.string() }), order);
  await manage(idSchema, 'POST', `${keys}/${issued.key.id}/revoke`, { reason: 'retired' });
  return { organizationId, orderId };
}

async function request<T>(schema: z.ZodType<T>, options: { url: string; method: string; token: string; body?: unknown }): Promise<T> {
  const { url, method, token, body } = options;
  const response = await fetch(url, {
    method,
    headers: { 'X-API-Key': token, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`The example data could not be made: ${method} ${new URL(url).pathname} answered ${response.status}.`);
  return schema.parse(await response.json());
}
