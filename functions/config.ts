import deployed from '../gatewarden.config.ts';
import type { Config } from '../shared/config/config.ts';

/** The configuration that was validated at synth, bundled with the function: nothing to fetch, nothing to drift. */
export const config: Config = deployed;
