import type { Config } from '../../shared/config/config.ts';
import deployed from '../../gatewarden.config.ts';

const plan = { machineAccess: true, maxKeys: null, quota: null };

/** Stands in for `gatewarden.config.ts` in the measured bundles, so that results do not hang on what a deployment chooses. */
const measured: Config = {
  ...deployed,
  tokenPrefix: 'gw',
  consistency: 'strict',
  plans: {
    unlimited: { ...plan, name: 'Unlimited', rateLimit: null },
    busy: { ...plan, name: 'Busy', rateLimit: { limit: 6_000_000, windowSec: 60 } },
  },
};

// oxlint-disable-next-line import/no-default-export -- it takes the place of one.
export default measured;
