import type { Listening } from '../listen.ts';
import { serveApi } from './apiServer.ts';
import { createAuthorizerCache } from './authorizerCache.ts';
import { execute } from './execute.ts';
import type { RestApi } from './restApi.ts';
import { compileRoutes } from './routes.ts';
import type { GatewayServices } from './services.ts';

/** Serves a REST API on a loopback port (0: any free one). The API may still be filled; routes are read at `open`. */
export async function serveRestApi(api: RestApi, services: GatewayServices, port: number): Promise<Listening & { open(): void }> {
  const server = await serveApi(port, services.log);
  return {
    ...server,
    open() {
      const options = { api, routes: compileRoutes(api), cache: createAuthorizerCache(services.nowMs), services };
      server.open((request, defect) => execute(options, request, defect));
    },
  };
}
