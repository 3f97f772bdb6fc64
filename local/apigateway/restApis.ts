import type { Listening } from '../listen.ts';
import type { RestApi } from './restApi.ts';
import { serveRestApi } from './server.ts';
import type { GatewayServices } from './services.ts';

/** The REST APIs of the platform, each with a port of its own. */
export interface RestApis {
  /** Adds an API and listens; it answers 503 until `open`. */
  add(api: RestApi): Promise<void>;
  /** Throws when there is no API with this id. */
  get(apiId: string): RestApi;
  urlOf(apiId: string): string | undefined;
  all(): readonly { readonly api: RestApi; readonly url: string }[];
  /** The templates are complete: from now on the APIs answer. */
  open(): void;
  close(): Promise<void>;
}

/** `nextPort` gives the port of the next API; 0 is any free one. */
export function createRestApis(services: GatewayServices, nextPort: () => number): RestApis {
  const served = new Map<string, { api: RestApi; server: Listening & { open(): void } }>();
  return {
    async add(api) {
      served.set(api.id, { api, server: await serveRestApi(api, services, nextPort()) });
    },
    get(apiId) {
      const found = served.get(apiId);
      if (!found) throw new Error(`There is no REST API ${apiId}.`);
      return found.api;
    },
    urlOf: (apiId) => served.get(apiId)?.server.url,
    all: () => [...served.values()].map(({ api, server }) => ({ api, url: server.url })),
    open: () => served.forEach(({ server }) => server.open()),
    close: async () => void (await Promise.all([...served.values()].map(({ server }) => server.close()))),
  };
}
