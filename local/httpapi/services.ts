import type { GatewayServices } from '../apigateway/services.ts';

/** What HTTP APIs need of the rest of the platform. */
export type HttpApiServices = Omit<GatewayServices, 'apiKeys'>;
