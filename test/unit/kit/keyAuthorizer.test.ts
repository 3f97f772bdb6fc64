import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { CfnMethod, Deployment, LambdaIntegration, MockIntegration, RequestAuthorizer, RestApi, Stage } from 'aws-cdk-lib/aws-apigateway';
import type { IRestApi, Method, RestApiProps } from 'aws-cdk-lib/aws-apigateway';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterAll, describe, expect, it } from 'vitest';
import { Gatewarden, KeyAuthorizer } from '../../../kit/index.ts';
import type { KeyAuthorizerProps } from '../../../kit/index.ts';

const integration = new MockIntegration();

const outdir = mkdtempSync(join(tmpdir(), 'gatewarden-kit-'));
afterAll(() => {
  rmSync(outdir, { recursive: true, force: true });
});

interface FixtureProps extends RestApiProps {
  readonly authorizer?: Partial<KeyAuthorizerProps>;
  readonly deploymentName?: string;
}

function fixture({ authorizer, deploymentName, ...apiProps }: FixtureProps = {}) {
  const app = new App({ analyticsReporting: false, outdir });
  const stack = new Stack(app, 'Stack');
  const api = new RestApi(stack, 'Api', apiProps);
  const gatewarden = Gatewarden.fromDeployment(stack, 'Gatewarden', deploymentName === undefined ? {} : { name: deploymentName });
  const keys = new KeyAuthorizer(stack, 'Keys', { gatewarden, product: 'orders', environment: 'live', ...authorizer });
  const route = (path: string, verb = 'GET'): Method => api.root.resourceForPath(path).addMethod(verb, integration);
  return { stack, api, keys, gatewarden, route, synth: () => Template.fromStack(stack) };
}

function variablesOf(template: Template): Record<string, string> {
  const [stage] = Object.values(template.findResources('AWS::ApiGateway::Stage')) as { Properties: { Variables?: Record<string, string> } }[];
  return stage?.Properties.Variables ?? {};
}

function deploymentId(template: Template): string {
  return Object.keys(template.findResources('AWS::ApiGateway::Deployment'))[0] ?? '';
}

describe('a protected method', () => {
  it('has the authorizer before it, which is asked each time', () => {
    const { keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: ['orders:read'] });
    const template = synth();
    const [authorizer] = Object.keys(template.findResources('AWS::ApiGateway::Authorizer'));
    template.hasResourceProperties('AWS::ApiGateway::Method', { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: authorizer } });
    template.hasResourceProperties('AWS::ApiGateway::Authorizer', {
      Type: 'REQUEST',
      AuthorizerResultTtlInSeconds: 0,
      RestApiId: { Ref: 'ApiF70053CD' },
    });
    expect(JSON.stringify(template.findResources('AWS::ApiGateway::Authorizer'))).not.toContain('IdentitySource');
  });

  it('gives API Gateway the right to ask the deployed key authorizer, for this authorizer alone', () => {
    const { keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    const template = synth();
    const [authorizer] = Object.keys(template.findResources('AWS::ApiGateway::Authorizer'));
    const [parameter] = Object.keys(template.findParameters('*', { Default: '/gatewarden/key-authorizer-arn' }));
    template.resourceCountIs('AWS::Lambda::Permission', 1);
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: { Ref: parameter },
      Principal: 'apigateway.amazonaws.com',
      SourceArn: {
        'Fn::Join': [
          '',
          [
            'arn:', { Ref: 'AWS::Partition' }, ':execute-api:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':',
            { Ref: 'ApiF70053CD' }, '/authorizers/', { Ref: authorizer },
          ],
        ],
      },
    });
  });

  it('is named in the stage variables, with its scopes', () => {
    const { keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: ['orders:read'] });
    keys.protect(route('/orders/{orderId}', 'DELETE'), { scopes: ['orders:write', 'orders:admin', 'orders:write'] });
    keys.protect(route('/files/{path+}', 'ANY'), { scopes: [] });
    expect(variablesOf(synth())).toEqual({
      gatewarden_product: 'orders',
      gatewarden_environment: 'live',
      gatewarden_routes_0: 'GET/orders=orders:read&DELETE/orders/~7BorderId~7D=orders:write,orders:admin&ANY/files/~7Bpath~2B~7D=',
    });
  });

  it('makes a new deployment when its scopes change: API Gateway would serve the old one', () => {
    const ids = [['orders:read'], ['orders:write'], []].map((scopes) => {
      const { keys, route, synth } = fixture();
      keys.protect(route('/orders'), { scopes });
      return deploymentId(synth());
    });
    const { keys, route, synth } = fixture();
    keys.leaveOpen(route('/orders'), { reason: 'A test.' });
    expect(new Set([...ids, deploymentId(synth())]).size).toBe(4);
  });

  it('gets problem documents from API Gateway, unless the API has gateway responses of its own', () => {
    const on = fixture();
    on.keys.protect(on.route('/orders'), { scopes: [] });
    on.synth().resourceCountIs('AWS::ApiGateway::GatewayResponse', 21);
    const off = fixture({ authorizer: { problemResponses: false } });
    off.keys.protect(off.route('/orders'), { scopes: [] });
    off.synth().resourceCountIs('AWS::ApiGateway::GatewayResponse', 0);
  });
});

describe('the API keeps what is its own', () => {
  it('its stage variables, whenever they are set', () => {
    const { api, keys, route, synth } = fixture({ deployOptions: { variables: { colour: 'green' } } });
    keys.protect(route('/orders'), { scopes: [] });
    (api.deploymentStage.node.defaultChild as unknown as { variables: object }).variables = { colour: 'blue', size: 'L' };
    expect(variablesOf(synth())).toEqual({
      colour: 'blue',
      size: 'L',
      gatewarden_product: 'orders',
      gatewarden_environment: 'live',
      gatewarden_routes_0: 'GET/orders=',
    });
  });

  it('its CORS preflight, which has nothing behind it', () => {
    const { keys, route, synth } = fixture({ defaultCorsPreflightOptions: { allowOrigins: ['https://example.com'] } });
    keys.protect(route('/orders'), { scopes: [] });
    expect(() => synth()).not.toThrow();
  });
});

describe('the synthesis fails, and says where, when', () => {
  it('a method is neither protected nor left open', () => {
    const { keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    route('/orders', 'POST');
    expect(synth).toThrow('POST /orders of "Stack/Api" is not protected: call protect(method, { scopes: [\'…\'] }), or leaveOpen(method, { reason: \'…\' })');
  });

  it('a method that was made as a plain CloudFormation resource is not protected', () => {
    const { api, stack, keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    void new CfnMethod(stack, 'Raw', { restApiId: api.restApiId, resourceId: api.restApiRootResourceId, httpMethod: 'PUT', authorizationType: 'NONE' });
    expect(synth).toThrow('PUT (Stack/Raw) of "Stack/Api" is not protected');
  });

  it('an OPTIONS method with something behind it is not protected', () => {
    const { api, stack, keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    const handler = new Function(stack, 'Handler', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('0') });
    api.root.resourceForPath('/orders').addMethod('OPTIONS', new LambdaIntegration(handler));
    expect(synth).toThrow('OPTIONS /orders of "Stack/Api" is not protected');
  });

  it('a method uses the authorizer, but is missing from the scopes', () => {
    const { keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    const sneaked = route('/invoices').node.defaultChild as CfnMethod;
    sneaked.authorizationType = 'CUSTOM';
    sneaked.authorizerId = (keys.node.findChild('Authorizer') as unknown as { ref: string }).ref;
    expect(synth).toThrow('GET /invoices uses the key authorizer, but is missing from its scopes');
  });

  it('the authorizer of a protected method was taken away afterwards', () => {
    const { keys, route, synth } = fixture();
    const method = route('/orders');
    keys.protect(method, { scopes: [] });
    (method.node.defaultChild as CfnMethod).authorizationType = 'NONE';
    expect(synth).toThrow('GET /orders was protected, but its authorizer was changed afterwards');
  });

  it('the API has a second stage, on which no scopes would be', () => {
    const { api, stack, keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    void new Stage(stack, 'Beta', { deployment: new Deployment(stack, 'Other', { api: api as IRestApi }), stageName: 'beta' });
    expect(synth).toThrow('Stage "Stack/Beta/Resource" is a second stage of "Stack/Api"');
  });

  it('an authorizer protects nothing', () => {
    expect(fixture().synth).toThrow('This KeyAuthorizer protects no method');
  });

  it('the API has a stage variable by a name of ours', () => {
    const { keys, route, synth } = fixture({ deployOptions: { variables: { gatewarden_product: 'mine' } } });
    keys.protect(route('/orders'), { scopes: [] });
    expect(synth).toThrow('Stage variable "gatewarden_product" is Gatewarden\'s');
  });

  it('the routes need more stage variables than a stage takes', () => {
    const { keys, route, synth } = fixture({ deployOptions: { variables: { colour: 'green' } } });
    // 256 characters and a separator for each route: 195 of them fill 98 variables of 512.
    const path = (index: number) => `/${String(index).padStart(3, '0')}${'x'.repeat(236)}`;
    for (let index = 0; index < 195; index += 1) keys.protect(route(path(index)), { scopes: ['orders:read'] });
    expect(synth).toThrow('The stage would need 101 stage variables, 1 of them the API\'s own; API Gateway takes 100.');
  });
});

it('routes of any length are cut into variables of at most 512 characters, in order', () => {
  const { keys, route, synth } = fixture();
  for (const letter of ['a', 'b', 'c', 'd', 'e']) keys.protect(route(`/${letter.repeat(200)}`), { scopes: ['orders:read'] });
  const { gatewarden_routes_0: first = '', gatewarden_routes_1: second = '', gatewarden_routes_2: third = '', ...rest } = variablesOf(synth());
  expect([first.length, second.length, third.length]).toEqual([512, 512, 60]);
  expect(`${first}${second}${third}`).toBe(
    ['a', 'b', 'c', 'd', 'e'].map((letter) => `GET/${letter.repeat(200)}=orders:read`).join('&'),
  );
  expect(rest).toEqual({ gatewarden_product: 'orders', gatewarden_environment: 'live' });
});

describe('a mistake is refused where it is made:', () => {
  it.each(['', 'orders', 'orders:', ':read', 'orders:read ', 'orders read', 'Orders:Read', '*', 'orders:*'])('the scope "%s"', (scope) => {
    const { keys, route } = fixture();
    expect(() => keys.protect(route('/orders'), { scopes: [scope] })).toThrow(`GET /orders: a scope must look like "orders:read", got "${scope}"`);
  });

  it.each(['', 'Orders', 'orders!', '-orders'])('the product "%s"', (product) => {
    expect(() => fixture({ authorizer: { product } })).toThrow('product must be the name of a product');
  });

  it('an environment that is neither live nor test', () => {
    expect(() => fixture({ authorizer: { environment: 'prod' as 'live' } })).toThrow('environment must be "live" or "test", got "prod"');
  });

  it('a method of a second API', () => {
    const { stack, keys, route } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    const other = new RestApi(stack, 'Other').root.addMethod('GET', integration);
    expect(() => keys.protect(other, { scopes: [] })).toThrow('GET / belongs to "Stack/Other", but this KeyAuthorizer protects "Stack/Api": make one KeyAuthorizer per API');
  });

  it('a second KeyAuthorizer on one API, whose scopes would take the place of the first', () => {
    const { stack, gatewarden, keys, route } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    const second = new KeyAuthorizer(stack, 'Second', { gatewarden, product: 'invoices', environment: 'live' });
    expect(() => second.protect(route('/invoices'), { scopes: [] })).toThrow('"Stack/Api" is protected by "Stack/Keys" already');
  });

  it('an API of another stack', () => {
    const { stack, keys } = fixture();
    const method = new RestApi(new Stack(stack.node.root as App, 'Elsewhere'), 'Api').root.addMethod('GET', integration);
    expect(() => keys.protect(method, { scopes: [] })).toThrow('which is in another stack');
  });

  it('a method that is protected twice, or protected and left open', () => {
    const { keys, route } = fixture();
    const method = route('/orders');
    keys.protect(method, { scopes: [] });
    expect(() => keys.protect(method, { scopes: [] })).toThrow('GET /orders is already protected or left open');
    expect(() => keys.leaveOpen(method, { reason: 'A test.' })).toThrow('GET /orders is already protected or left open');
  });

  it('a method that has another authorizer', () => {
    const { api, stack, keys } = fixture();
    const handler = new Function(stack, 'Handler', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('0') });
    const method = api.root.addMethod('GET', integration, {
      authorizer: new RequestAuthorizer(stack, 'Mine', { handler, identitySources: ['method.request.header.Authorization'] }),
    });
    expect(() => keys.protect(method, { scopes: [] })).toThrow('GET / already has authorization CUSTOM');
  });

  it('an API without a stage of its own', () => {
    const { keys, route } = fixture({ deploy: false });
    expect(() => keys.protect(route('/orders'), { scopes: [] })).toThrow('which has deploy: false');
  });

  it('an API that was imported', () => {
    const { stack, keys } = fixture();
    const imported = RestApi.fromRestApiAttributes(stack, 'Imported', { restApiId: 'abc', rootResourceId: 'def' });
    expect(() => keys.protect(imported.root.addMethod('GET', integration), { scopes: [] })).toThrow('GET / belongs to an imported API');
  });

  it('leaving a method open without a reason', () => {
    const { keys, route } = fixture();
    expect(() => keys.leaveOpen(route('/health'), { reason: ' ' })).toThrow('GET /health: give the reason');
  });
});

it('a method that is left open says why in the template', () => {
  const { keys, route, synth } = fixture();
  keys.protect(route('/orders'), { scopes: [] });
  keys.leaveOpen(route('/health'), { reason: 'The load balancer has no key.' });
  synth().hasResource('AWS::ApiGateway::Method', {
    Properties: { AuthorizationType: 'NONE' },
    Metadata: { 'gatewarden:leftOpen': 'The load balancer has no key.' },
  });
});

it('one stack holds two APIs, each with its authorizer, on one deployment of Gatewarden', () => {
  const { stack, gatewarden, keys, route, synth } = fixture();
  keys.protect(route('/orders'), { scopes: [] });
  const other = new KeyAuthorizer(stack, 'OtherKeys', { gatewarden, product: 'invoices', environment: 'test' });
  other.protect(new RestApi(stack, 'Other').root.addMethod('GET', integration), { scopes: ['invoices:read'] });
  const template = synth();
  template.resourceCountIs('AWS::ApiGateway::Authorizer', 2);
  template.resourceCountIs('AWS::Lambda::Permission', 2);
  expect(Object.keys(template.findParameters('*', { Default: '/gatewarden/key-authorizer-arn' }))).toHaveLength(1);
});

it('a deployment by another name is found by its own parameter', () => {
  const { keys, route, synth } = fixture({ deploymentName: 'staging' });
  keys.protect(route('/orders'), { scopes: [] });
  const template = synth();
  const [parameter] = Object.keys(template.findParameters('*', { Default: '/staging/key-authorizer-arn', Type: 'AWS::SSM::Parameter::Value<String>' }));
  template.hasResourceProperties('AWS::Lambda::Permission', { FunctionName: { Ref: parameter } });
});
