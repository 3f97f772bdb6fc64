import type { Config } from './shared/config/config.ts';

/** What this deployment chooses. Checked when the app is synthesized; an error names the field. */
export default {
  name: 'gatewarden',
  tokenPrefix: 'gw',
  plans: {
    free: { name: 'Free', machineAccess: false, maxKeys: 0, rateLimit: null, quota: null },
    trial: { name: 'Trial', machineAccess: true, maxKeys: 5, rateLimit: { limit: 60, windowSec: 60 }, quota: { perKey: 1_000, perOrganization: 2_000 } },
    team: { name: 'Team', machineAccess: true, maxKeys: 100, rateLimit: { limit: 1_000, windowSec: 60 }, quota: null },
    enterprise: { name: 'Enterprise', machineAccess: true, maxKeys: null, rateLimit: null, quota: null },
  },
  products: {
    orders: {
      name: 'Orders API',
      scopes: { 'orders:read': 'Read orders', 'orders:write': 'Place orders' },
    },
    invoices: {
      name: 'Invoices API',
      scopes: { 'invoices:read': 'Read invoices' },
    },
  },
  expiry: { presetsDays: [30, 60, 90], retentionDays: 90 },
  events: { retentionDays: 400 },
  mail: { from: 'keys@example.com', fromName: 'Gatewarden', identity: 'create', locale: 'en-GB', maxPerOrganizationPerDay: 500, keyUrl: null },
  notices: { defaultDays: [30, 14, 7, 1], unusedDays: 90 },
  usage: { retentionDays: 400 },
  consistency: 'strict',
  onLimitStoreFailure: 'allow',
  monitoring: { alarmEmail: null, tracing: false },
  signIn: { provider: 'cognito' },
  bootstrap: { organization: 'Operator', plan: 'enterprise', rootKeyGeneration: 1 },
} satisfies Config;
