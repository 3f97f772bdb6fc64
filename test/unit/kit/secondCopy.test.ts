import { createRequire } from 'node:module';
import type * as cdk from 'aws-cdk-lib';
import type * as restApis from 'aws-cdk-lib/aws-apigateway';
import type * as httpApis from 'aws-cdk-lib/aws-apigatewayv2';
import type * as integrations from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { describe, expect, it } from 'vitest';
import { Gatewarden, KeyAuthorizer } from '../../../kit/index.ts';

// A checkout of the kit gets a CDK of its own, beside that of the team's app, as soon as somebody runs npm ci in it.
const require = createRequire(import.meta.url);
for (const file of Object.keys(require.cache).filter((name) => name.includes('/aws-cdk-lib/'))) delete require.cache[file];

function fixture() {
  const { App, Stack } = require('aws-cdk-lib') as typeof cdk;
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'Stack');
  const gatewarden = Gatewarden.fromDeployment(stack, 'Gatewarden');
  return { app, stack, keys: new KeyAuthorizer(stack, 'Keys', { gatewarden, product: 'orders', environment: 'live' }) };
}

describe('an app with another copy of the CDK than the kit has its API protected, and what was forgotten named:', () => {
  it('a REST API', () => {
    const { RestApi, MockIntegration } = require('aws-cdk-lib/aws-apigateway') as typeof restApis;
    const { app, stack, keys } = fixture();
    const orders = new RestApi(stack, 'Api').root.addResource('orders');
    keys.protect(orders.addMethod('GET', new MockIntegration()), { scopes: ['orders:read'] });
    orders.addMethod('POST', new MockIntegration());
    expect(() => app.synth()).toThrow('[Stack/Keys] POST /orders of "Stack/Api" is not protected');
  });

  it('an HTTP API', () => {
    const { HttpApi, HttpMethod } = require('aws-cdk-lib/aws-apigatewayv2') as typeof httpApis;
    const { HttpUrlIntegration } = require('aws-cdk-lib/aws-apigatewayv2-integrations') as typeof integrations;
    const { app, stack, keys } = fixture();
    const integration = new HttpUrlIntegration('Url', 'https://example.com');
    const api = new HttpApi(stack, 'Api');
    keys.protect(api.addRoutes({ path: '/orders', methods: [HttpMethod.GET], integration }), { scopes: ['orders:read'] });
    api.addRoutes({ path: '/orders', methods: [HttpMethod.POST], integration });
    expect(() => app.synth()).toThrow('[Stack/Keys] POST /orders of "Stack/Api" is not protected');
  });
});
