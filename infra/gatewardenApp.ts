import { App, Tags } from 'aws-cdk-lib';
import featureFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { OrdersStack } from '../examples/orders/ordersStack.ts';
import { routes } from '../shared/api/routes.ts';
import type { Config } from '../shared/config/config.ts';
import { acceptExample, checkBestPractices } from './bestPractices.ts';
import { signInIssuer } from './signIn.ts';
import { AlarmStack } from './stacks/alarmStack.ts';
import { ApiStack } from './stacks/apiStack.ts';
import { BootstrapStack } from './stacks/bootstrapStack.ts';
import { DataStack } from './stacks/dataStack.ts';
import { JobsStack } from './stacks/jobsStack.ts';
import { MonitoringStack } from './stacks/monitoringStack.ts';
import { trace } from './tracing.ts';

/**
 * Everything that `cdk deploy --all` deploys. The stacks name no account and no region: they go where the credentials
 * point. Construct ids are a contract: CloudFormation replaces what is renamed.
 */
export function gatewardenApp(
  config: Config,
  options: { readonly context?: Readonly<Record<string, unknown>>; readonly outdir?: string } = {},
): App {
  // Strong references: a stack that another one relies on cannot be deleted, nor what it hands over changed, unnoticed.
  const references = { '@aws-cdk/core:defaultCrossStackReferences': 'strong' };
  // The flags are set here, not in cdk.json, so that the app synthesizes the same with and without the CDK's CLI.
  const app = new App({ analyticsReporting: false, ...options, context: { ...featureFlags, ...references, ...options.context } });
  const prefix = config.name.charAt(0).toUpperCase() + config.name.slice(1);

  const alarms = new AlarmStack(app, `${prefix}-Alarms`, { description: 'Gatewarden: where alarms go', monitoring: config.monitoring });
  const data = new DataStack(app, `${prefix}-Data`, { description: 'Gatewarden: tables and the pepper of the token hashes' });
  const api = new ApiStack(app, `${prefix}-Api`, {
    description: 'Gatewarden: management API and key authorizer',
    config,
    data,
    issuer: signInIssuer(app, prefix, config),
    routes: Object.values(routes),
  });
  const jobs = new JobsStack(app, `${prefix}-Jobs`, {
    description: 'Gatewarden: what runs by the clock and after changes, and the mails',
    config,
    data,
    managementUrl: api.management.url,
    usageLogs: api.usageLogs,
  });
  new MonitoringStack(app, `${prefix}-Monitoring`, { description: 'Gatewarden: dashboard and alarms', dashboardName: prefix, config, data, api, jobs });
  new BootstrapStack(app, `${prefix}-Bootstrap`, {
    description: 'Gatewarden: first organization and root management key',
    config,
    data,
  });
  const orders = new OrdersStack(app, `${prefix}-Orders`, {
    description: 'Example: an orders API behind Gatewarden',
    gatewardenName: config.name,
  });
  // It finds the key authorizer and the function that counts usage by the parameters that these stacks write.
  orders.addStackDependency(api);
  orders.addStackDependency(jobs);

  alarms.notifyOf(app);
  if (config.monitoring.tracing) trace(app);
  Tags.of(app).add('gatewarden:deployment', config.name);
  checkBestPractices(app);
  acceptExample(orders);
  return app;
}
