import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { MockIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { Method, RestApiProps } from 'aws-cdk-lib/aws-apigateway';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll } from 'vitest';
import { Gatewarden, KeyAuthorizer } from '../../../kit/index.ts';
import type { KeyAuthorizerProps } from '../../../kit/index.ts';

export const integration = new MockIntegration();

const outdir = mkdtempSync(join(tmpdir(), 'gatewarden-kit-'));
afterAll(() => {
  rmSync(outdir, { recursive: true, force: true });
});

interface FixtureProps extends RestApiProps {
  readonly authorizer?: Partial<KeyAuthorizerProps>;
  readonly deploymentName?: string;
}

/** A stack with an API and a KeyAuthorizer that protects nothing yet. */
export function fixture({ authorizer, deploymentName, ...apiProps }: FixtureProps = {}) {
  const app = new App({ analyticsReporting: false, outdir, builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'Stack');
  const api = new RestApi(stack, 'Api', apiProps);
  const gatewarden = Gatewarden.fromDeployment(stack, 'Gatewarden', deploymentName === undefined ? {} : { name: deploymentName });
  const keys = new KeyAuthorizer(stack, 'Keys', { gatewarden, product: 'orders', environment: 'live', ...authorizer });
  const route = (path: string, verb = 'GET'): Method => api.root.resourceForPath(path).addMethod(verb, integration);
  return { stack, api, keys, gatewarden, route, synth: () => Template.fromStack(stack) };
}
