import { CfnResource, Fn, Stack } from 'aws-cdk-lib';
import type { App } from 'aws-cdk-lib';
import { CfnMethod, Deployment, LambdaIntegration, RequestAuthorizer, ResponseType, RestApi, Stage } from 'aws-cdk-lib/aws-apigateway';
import type { CfnAuthorizer, CfnRestApi, CfnStage, IRestApi } from 'aws-cdk-lib/aws-apigateway';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { KeyAuthorizer } from '../../../kit/index.ts';
import { fixture, integration } from './fixture.ts';

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

  it('a method of the API that stands in another stack is not protected', () => {
    const { api, stack, keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    const elsewhere = new Stack(stack.node.root as App, 'Elsewhere');
    void new CfnMethod(elsewhere, 'Raw', { restApiId: api.restApiId, resourceId: api.restApiRootResourceId, httpMethod: 'PUT', authorizationType: 'NONE' });
    expect(synth).toThrow('PUT (Elsewhere/Raw) of "Stack/Api" is not protected');
  });

  it.each<[string, (api: RestApi) => unknown]>([
    ['a reference', ({ restApiId }) => restApiId],
    ['its logical id', (api) => ({ Ref: api.stack.getLogicalId(api.node.defaultChild as CfnRestApi) })],
    ['an attribute', (api) => ({ 'Fn::GetAtt': [api.stack.getLogicalId(api.node.defaultChild as CfnRestApi), 'RestApiId'] })],
    ['a substitution', (api) => Fn.sub(`\${${api.stack.getLogicalId(api.node.defaultChild as CfnRestApi)}}`)],
    ['the substitution of an attribute', (api) => ({ 'Fn::Sub': [`\${${api.stack.getLogicalId(api.node.defaultChild as CfnRestApi)}.RestApiId}`, {}] })],
    ['a part of a text', (api) => ({ 'Fn::Join': ['', [api.restApiId]] })],
  ])('a method that was written as raw properties, naming the API by %s, is not protected', (_, nameApi) => {
    const { api, stack, keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    const properties = { RestApiId: nameApi(api), ResourceId: api.restApiRootResourceId, HttpMethod: 'PUT', AuthorizationType: 'NONE' };
    void new CfnResource(stack, 'Raw', { type: 'AWS::ApiGateway::Method', properties });
    expect(synth).toThrow('PUT (Stack/Raw) of "Stack/Api" is not protected');
  });

  it('the API takes further methods from an OpenAPI body', () => {
    const { api, keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    (api.node.defaultChild as CfnRestApi).body = { openapi: '3.0.1', paths: {} };
    expect(synth).toThrow('"Stack/Api" has an OpenAPI body, whose methods cannot be seen here');
  });

  it('the API takes further methods from an OpenAPI body in S3', () => {
    const { api, keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    (api.node.defaultChild as CfnRestApi).bodyS3Location = { bucket: 'apis', key: 'orders.json' };
    expect(synth).toThrow('"Stack/Api" has an OpenAPI body, whose methods cannot be seen here');
  });

  it('the authorizer was told to cache, which would open a route by the scopes of another', () => {
    const { keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    (keys.node.findChild('Authorizer') as CfnAuthorizer).addPropertyOverride('AuthorizerResultTtlInSeconds', 300);
    expect(synth).toThrow('"Stack/Keys/Authorizer" must not cache');
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

  it.each<[string, (method: CfnMethod) => void]>([
    ['AuthorizationType', (method) => method.addPropertyOverride('AuthorizationType', 'NONE')],
    ['AuthorizerId', (method) => method.addPropertyOverride('AuthorizerId', 'a1b2c3')],
    ['AuthorizerId, by taking it away,', (method) => method.addPropertyDeletionOverride('AuthorizerId')],
  ])('%s of a protected method was overridden', (_, override) => {
    const { keys, route, synth } = fixture();
    const method = route('/orders');
    keys.protect(method, { scopes: [] });
    override(method.node.defaultChild as CfnMethod);
    expect(synth).toThrow('GET /orders was protected, but its authorizer was changed afterwards');
  });

  it('the API has a second stage, on which no scopes would be', () => {
    const { api, stack, keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    void new Stage(stack, 'Beta', { deployment: new Deployment(stack, 'Other', { api: api as IRestApi }), stageName: 'beta' });
    expect(synth).toThrow('Stage "Stack/Beta/Resource" is a second stage of "Stack/Api"');
  });

  it.each(['gateway', 'middleware'] as const)('the API has a gateway response of its own beside that of the kit, limited by the %s', (limitedBy) => {
    const { api, keys, route, synth } = fixture({ authorizer: { limitedBy } });
    keys.protect(route('/orders'), { scopes: [] });
    api.addGatewayResponse('Mine', { type: ResponseType.DEFAULT_4XX, responseHeaders: { 'Access-Control-Allow-Origin': "'*'" } });
    expect(synth).toThrow('"Stack/Api/Mine/Resource" is a second gateway response of type DEFAULT_4XX, beside "Stack/Keys/Problems/DEFAULT_4XX/Resource"');
  });

  it('an authorizer protects nothing', () => {
    expect(fixture().synth).toThrow('This KeyAuthorizer protects no method');
  });

  it('the API has a stage variable by a name of ours', () => {
    const { keys, route, synth } = fixture({ deployOptions: { variables: { gatewarden_product: 'mine' } } });
    keys.protect(route('/orders'), { scopes: [] });
    expect(synth).toThrow('Stage variable "gatewarden_product" is Gatewarden\'s');
  });

  it.each<[string, (stage: CfnStage) => void]>([
    ['overridden', (stage) => stage.addPropertyOverride('Variables.gatewarden_routes_0', 'GET/orders=')],
    ['taken away', (stage) => stage.addPropertyDeletionOverride('Variables.gatewarden_routes_0')],
    ['taken away with all others', (stage) => stage.addPropertyDeletionOverride('Variables')],
  ])('the stage variable that holds the scopes was %s', (_, change) => {
    const { api, keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: ['orders:read'] });
    change(api.deploymentStage.node.defaultChild as CfnStage);
    expect(synth).toThrow('Stage variable "gatewarden_routes_0" was changed afterwards, and holds other scopes');
  });

  it('a variable of ours was added, which would be read as more scopes', () => {
    const { api, keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: ['orders:read'] });
    (api.deploymentStage.node.defaultChild as CfnStage).addPropertyOverride('Variables.gatewarden_routes_1', '&POST/orders=');
    expect(synth).toThrow('Stage variable "gatewarden_routes_1" was changed afterwards');
  });

  it('a canary has scopes of its own', () => {
    const { api, keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: ['orders:read'] });
    (api.deploymentStage.node.defaultChild as CfnStage).canarySetting = { percentTraffic: 5, stageVariableOverrides: { gatewarden_routes_0: 'GET/orders=', colour: 'blue' } };
    expect(synth).toThrow('The canary of "Stack/Api/DeploymentStage.prod/Resource" overrides the stage variable "gatewarden_routes_0"');
  });

  it('not for a canary with variables of the API’s own', () => {
    const { api, keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: ['orders:read'] });
    (api.deploymentStage.node.defaultChild as CfnStage).canarySetting = { percentTraffic: 5, stageVariableOverrides: { colour: 'blue' } };
    expect(synth).not.toThrow();
  });

  it('the routes need more stage variables than a stage takes', () => {
    const { keys, route, synth } = fixture({ deployOptions: { variables: { colour: 'green' } } });
    // 256 characters and a separator for each route: 195 of them fill 98 variables of 512.
    for (let index = 0; index < 195; index += 1) {
      keys.protect(route(`/${String(index).padStart(3, '0')}${'x'.repeat(236)}`), { scopes: ['orders:read'] });
    }
    expect(synth).toThrow('The stage would need 102 stage variables, 1 of them the API\'s own; API Gateway takes 100.');
  });
});

describe('a mistake is refused where it is made:', () => {
  it.each(['', 'orders', 'orders:', ':read', 'orders:read ', 'orders read', 'Orders:Read', '*', 'orders:*'])('the scope "%s"', (scope) => {
    const { keys, route } = fixture();
    expect(() => keys.protect(route('/orders'), { scopes: [scope] })).toThrow(`GET /orders: a scope must look like "orders:read", got "${scope}"`);
  });

  it.each(['', 'Orders', 'orders!', '-orders'])('the product "%s"', (product) => {
    expect(() => fixture({ authorizer: { product } })).toThrow('product must be the name of a product');
  });

  it('a product or a scope that is not known before it is deployed', () => {
    expect(() => fixture({ authorizer: { product: Fn.ref('Product') } })).toThrow('product must be the name of a product');
    const { keys, route } = fixture();
    expect(() => keys.protect(route('/orders'), { scopes: [Fn.ref('Scope')] })).toThrow('GET /orders: a scope must look like "orders:read"');
  });

  it('the product of management keys, whose tokens no other API should see', () => {
    expect(() => fixture({ authorizer: { product: 'gatewarden' } })).toThrow('product "gatewarden" is that of management keys');
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

  it('a method that names another authorizer, whatever its type of authorization', () => {
    const { keys, route } = fixture();
    const method = route('/orders');
    (method.node.defaultChild as CfnMethod).authorizerId = 'a1b2c3';
    expect(() => keys.protect(method, { scopes: [] })).toThrow('GET /orders already has authorization NONE');
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
