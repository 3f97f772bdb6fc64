import { serveApi } from '../apigateway/apiServer.ts';
import type { ApiServer } from '../apigateway/apiServer.ts';
import { executeHttp } from './execute.ts';
import type { HttpApi } from './httpApi.ts';
import { compileHttpRoutes } from './routes.ts';
import type { HttpApiServices } from './services.ts';

/** The HTTP APIs of the platform, each with a port of its own. */
export interface HttpApis {
  /** Adds an API and listens; it answers 503 until `open`. */
  add(api: HttpApi): Promise<void>;
  /** Throws when there is no API with this id. */
  get(apiId: string): HttpApi;
  urlOf(apiId: string): string | undefined;
  all(): readonly { readonly api: HttpApi; readonly url: string }[];
  /** The templates are complete: from now on the APIs answer. */
  open(): void;
  close(): Promise<void>;
}

/** `nextPort` gives the port of the next API; 0 is any free one. */
export function createHttpApis(services: HttpApiServices, nextPort: () => number): HttpApis {
  const served = new Map<string, { api: HttpApi; server: ApiServer }>();
  return {
    async add(api) {
      served.set(api.id, { api, server: await serveApi(nextPort(), services.log) });
    },
    get(apiId) {
      const found = served.get(apiId);
      if (!found) throw new Error(`There is no HTTP API ${apiId}.`);
      return found.api;
    },
    urlOf: (apiId) => served.get(apiId)?.server.url,
    all: () => [...served.values()].map(({ api, server }) => ({ api, url: server.url })),
    open() {
      for (const { api, server } of served.values()) {
        const routes = compileHttpRoutes(api);
        server.open((request, defect) => executeHttp({ api, routes, services }, request, defect));
      }
    },
    close: async () => void (await Promise.all([...served.values()].map(({ server }) => server.close()))),
  };
}
