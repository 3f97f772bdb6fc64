import { managementScopes } from '../../../shared/access/permissions.ts';
import { managementProduct } from '../../../shared/config/managementProduct.ts';
import { revocationReasons } from '../../../shared/keys/key.ts';
import { environments } from '../../../shared/keys/token.ts';
import { config } from '../../config.ts';
import { maxBodyBytes } from '../../http/parse.ts';
import type { RouteHandler } from '../../http/request.ts';

/** `GET /catalog`: what a form for issuing keys needs to know. */
export const catalog: RouteHandler<'catalog'> = async ({ principal }) => ({
  status: 200,
  body: {
    plans: Object.entries(config.plans).map(([id, plan]) => ({ id, ...plan })),
    products: [
      ...Object.entries(config.products).map(([id, product]) => ({ id, ...product })),
      { id: managementProduct, name: 'Management API', scopes: managementScopes(principal.isOperator) },
    ],
    expiryPresetsDays: config.expiry.presetsDays,
    environments,
    revocationReasons,
    limits: { maxBodyBytes, maxExpiryDays: 3650, maxGracePeriodHours: 720, maxTags: 50, maxAllowedIps: 50 },
  },
});
