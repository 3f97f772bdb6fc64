import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { CfnRoute, CorsHttpMethod, HttpApi, HttpMethod, HttpRoute, HttpRouteKey, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import type { CfnApi, CfnAuthorizer, CfnStage, HttpApiProps, HttpRoute as Route } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { Gatewarden, KeyAuthorizer } from '../../../kit/index.ts';
import type { KeyAuthorizerProps } from '../../../kit/index.ts';
import { found } from '../../infra/found.ts';
import { idsOf, stageOf } from './stage.ts';

/** A stack with an HTTP API and a KeyAuthorizer that protects nothing yet. */
function fixture({ authorizer, ...apiProps }: HttpApiProps & { readonly authorizer?: Partial<KeyAuthorizerProps> } = {}) {
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'Stack');
  const api = new HttpApi(stack, 'Api', apiProps);
  const gatewarden = Gatewarden.fromDeployment(stack, 'Gatewarden');
  const keys = new KeyAuthorizer(stack, 'Keys', { gatewarden, product: 'orders', environment: 'live', ...authorizer });
  const integration = new HttpUrlIntegration('Backend', 'https://example.com');
  const routes = (path: string, ...methods: HttpMethod[]): Route[] => api.addRoutes({ path, integration, ...(methods.length > 0 && { methods }) });
  return { stack, api, keys, gatewarden, integration, routes, synth: () => Template.fromStack(stack) };
}

function stageResource(api: HttpApi): CfnStage {
  return (api.defaultStage as HttpStage).node.defaultChild as CfnStage;
}

describe('a protected route of an HTTP API', () => {
  it('has the authorizer before it, which is asked each time and answers in the simple form', () => {
    const { keys, routes, synth } = fixture();
    keys.protect(routes('/orders', HttpMethod.GET), { scopes: ['orders:read'] });
    const template = synth();
    const [authorizer] = idsOf(template, 'AWS::ApiGatewayV2::Authorizer');
    const [parameter] = Object.keys(template.findParameters('*', { Default: '/gatewarden/key-authorizer-arn' }));
    expect(Object.values(template.findResources('AWS::ApiGatewayV2::Authorizer')).map(({ Properties }) => Properties)).toEqual([
      {
        ApiId: { Ref: 'ApiF70053CD' },
        Name: 'gatewarden',
        AuthorizerType: 'REQUEST',
        AuthorizerPayloadFormatVersion: '2.0',
        EnableSimpleResponses: true,
        AuthorizerResultTtlInSeconds: 0,
        AuthorizerUri: {
          'Fn::Join': [
            '',
            [
              'arn:', { Ref: 'AWS::Partition' }, ':apigateway:', { Ref: 'AWS::Region' }, ':lambda:path/2015-03-31/functions/',
              { Ref: parameter }, '/invocations',
            ],
          ],
        },
      },
    ]);
    const [permission] = found(template, 'AWS::Lambda::Permission', { Principal: 'apigateway.amazonaws.com' });
    expect(found(template, 'AWS::ApiGatewayV2::Route', {
      RouteKey: 'GET /orders', AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: authorizer },
    }, { DependsOn: [permission] })).toHaveLength(1);
  });

  it('lets API Gateway ask the deployed key authorizer, for this authorizer of this API alone', () => {
    const { keys, routes, synth } = fixture();
    keys.protect(routes('/orders'), { scopes: [] });
    const template = synth();
    const [authorizer] = idsOf(template, 'AWS::ApiGatewayV2::Authorizer');
    expect(found(template, 'AWS::Lambda::Permission', { Principal: 'apigateway.amazonaws.com' })).toHaveLength(1);
    expect(found(template, 'AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      SourceArn: {
        'Fn::Join': [
          '',
          [
            'arn:', { Ref: 'AWS::Partition' }, ':execute-api:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':',
            { Ref: 'ApiF70053CD' }, '/authorizers/', { Ref: authorizer },
          ],
        ],
      },
    })).toHaveLength(1);
  });

  it('is named in the stage variables, with its scopes', () => {
    const { api, keys, integration, routes, synth } = fixture();
    keys.protect(routes('/orders/{orderId}', HttpMethod.GET, HttpMethod.DELETE), { scopes: ['orders:read', 'orders:read'] });
    keys.protect(routes('/files/{path+}'), { scopes: [] });
    const rest = new HttpRoute(api, 'Rest', { httpApi: api, integration, routeKey: HttpRouteKey.DEFAULT });
    keys.protect(rest, { scopes: ['orders:admin'] });
    expect(stageOf(synth()).StageVariables).toEqual({
      gatewarden_product: 'orders',
      gatewarden_environment: 'live',
      gatewarden_routes_0:
        'GET/orders/~7BorderId~7D=orders:read&DELETE/orders/~7BorderId~7D=orders:read&ANY/files/~7Bpath~2B~7D=&ANY~24default=orders:admin',
    });
  });

  it('gets nothing of what only REST APIs have', () => {
    const { keys, routes, synth } = fixture();
    keys.protect(routes('/orders'), { scopes: [] });
    expect(Object.values(synth().toJSON()['Resources'] as Record<string, { Type: string }>).filter(({ Type }) => Type.startsWith('AWS::ApiGateway::'))).toEqual([]);
  });

  it('has its usage read from an access log, in the form of HTTP APIs', () => {
    const { keys, routes, synth } = fixture();
    keys.protect(routes('/orders'), { scopes: [] });
    const template = synth();
    const [logGroup] = idsOf(template, 'AWS::Logs::LogGroup');
    const { DestinationArn: destination, Format: format } = stageOf(template).AccessLogSettings as { DestinationArn: unknown; Format: string };
    expect(destination).toEqual({ 'Fn::GetAtt': [logGroup, 'Arn'] });
    expect(JSON.parse(format)).toMatchObject({ kind: 'gatewarden-access', route: '$context.routeKey', keyId: '$context.authorizer.keyId' });
    expect(found(template, 'AWS::Logs::SubscriptionFilter', { LogGroupName: { Ref: logGroup }, FilterPattern: '' })).toHaveLength(1);
  });

  it('has no access log with usage: false', () => {
    const { keys, routes, synth } = fixture({ authorizer: { usage: false } });
    keys.protect(routes('/orders'), { scopes: [] });
    const template = synth();
    expect(stageOf(template).AccessLogSettings).toBeUndefined();
    expect(idsOf(template, 'AWS::Logs::LogGroup')).toEqual([]);
  });
});

it('an HTTP API keeps its own stage variables', () => {
  const { api, keys, routes, synth } = fixture();
  keys.protect(routes('/orders', HttpMethod.GET), { scopes: [] });
  stageResource(api).stageVariables = { colour: 'green' };
  expect(stageOf(synth()).StageVariables).toEqual({
    colour: 'green', gatewarden_product: 'orders', gatewarden_environment: 'live', gatewarden_routes_0: 'GET/orders=',
  });
});

it('a route that is left open says why in the template; CORS preflight needs no route', () => {
  const { keys, routes, synth } = fixture({ corsPreflight: { allowMethods: [CorsHttpMethod.GET], allowOrigins: ['https://example.com'] } });
  keys.protect(routes('/orders', HttpMethod.GET), { scopes: [] });
  keys.leaveOpen(routes('/health', HttpMethod.GET), { reason: 'The load balancer has no key.' });
  const metadata = { Metadata: { 'gatewarden:leftOpen': 'The load balancer has no key.' } };
  expect(found(synth(), 'AWS::ApiGatewayV2::Route', { RouteKey: 'GET /health', AuthorizationType: 'NONE' }, metadata)).toHaveLength(1);
});

describe('the synthesis fails, and says where, when', () => {
  it.each<[string, (made: ReturnType<typeof fixture>) => unknown]>([
    ['POST /orders', ({ routes }) => routes('/orders', HttpMethod.POST)],
    ['ANY /orders', ({ routes }) => routes('/orders')],
    ['OPTIONS /orders', ({ routes }) => routes('/orders', HttpMethod.OPTIONS)],
    ['$default', ({ api, integration }) => new HttpRoute(api, 'Rest', { httpApi: api, integration, routeKey: HttpRouteKey.DEFAULT })],
    ['PUT /raw', ({ stack, api }) => new CfnRoute(stack, 'Raw', { apiId: api.apiId, routeKey: 'PUT /raw' })],
    ['PUT /raw', ({ stack, api }) => {
      const properties = { ApiId: { Ref: stack.getLogicalId(api.node.defaultChild as CfnApi) }, RouteKey: 'PUT /raw' };
      return new CfnResource(stack, 'Raw', { type: 'AWS::ApiGatewayV2::Route', properties });
    }],
  ])('%s is neither protected nor left open', (name, add) => {
    const made = fixture();
    made.keys.protect(made.routes('/orders', HttpMethod.GET), { scopes: [] });
    add(made);
    expect(made.synth).toThrow(`${name} of "Stack/Api" is not protected: call protect(route, { scopes: ['…'] }), or leaveOpen(route, { reason: '…' })`);
  });

  it('the default route of a default integration is not protected', () => {
    const { keys, routes, synth } = fixture({ defaultIntegration: new HttpUrlIntegration('Default', 'https://example.com') });
    keys.protect(routes('/orders'), { scopes: [] });
    expect(synth).toThrow('$default of "Stack/Api" is not protected');
  });

  it('the authorizer of a protected route was taken away afterwards', () => {
    const { keys, routes, synth } = fixture();
    const made = routes('/orders', HttpMethod.GET);
    keys.protect(made, { scopes: [] });
    for (const { node } of made) (node.defaultChild as CfnRoute).addPropertyOverride('AuthorizationType', 'NONE');
    expect(synth).toThrow('GET /orders was protected, but its authorizer was changed afterwards');
  });

  it('the authorizer was told to cache', () => {
    const { keys, routes, synth } = fixture();
    keys.protect(routes('/orders'), { scopes: [] });
    (keys.node.findChild('Authorizer') as CfnAuthorizer).authorizerResultTtlInSeconds = 300;
    expect(synth).toThrow('"Stack/Keys/Authorizer" must not cache');
  });

  it.each<[string, (api: CfnApi) => void]>([
    ['an OpenAPI body, whose routes', (api) => { api.body = { openapi: '3.0.1', paths: {} }; }],
    ['an OpenAPI body, whose routes', (api) => { api.bodyS3Location = { bucket: 'apis', key: 'orders.json' }; }],
    ['a target, for which API Gateway makes a route that', (api) => api.addPropertyOverride('Target', 'https://example.com')],
  ])('the API has %s cannot be seen', (what, change) => {
    const { api, keys, routes, synth } = fixture();
    keys.protect(routes('/orders'), { scopes: [] });
    change(api.node.defaultChild as CfnApi);
    expect(synth).toThrow(`"Stack/Api" has ${what} cannot be seen here`);
  });

  it('the API has a second stage, on which no scopes would be', () => {
    const { api, stack, keys, routes, synth } = fixture();
    keys.protect(routes('/orders'), { scopes: [] });
    void new HttpStage(stack, 'Beta', { httpApi: api, stageName: 'beta' });
    expect(synth).toThrow('Stage "Stack/Beta/Resource" is a second stage of "Stack/Api": make one HttpApi, with one KeyAuthorizer, per stage.');
  });

  it('the access log was taken away afterwards', () => {
    const { api, keys, routes, synth } = fixture();
    keys.protect(routes('/orders'), { scopes: [] });
    stageResource(api).addPropertyDeletionOverride('AccessLogSettings');
    expect(synth).toThrow('The access log of stage "Stack/Api/DefaultStage/Resource" was changed afterwards');
  });
});

describe('a mistake is refused where it is made:', () => {
  it('a 429 of the gateway, which an HTTP API cannot answer', () => {
    const { keys, routes } = fixture({ authorizer: { limitedBy: 'gateway' } });
    expect(() => keys.protect(routes('/orders'), { scopes: [] })).toThrow('"Stack/Api" is an HTTP API, which cannot answer 429 itself');
  });

  it('an API without a stage of its own', () => {
    const { keys, routes } = fixture({ createDefaultStage: false });
    expect(() => keys.protect(routes('/orders'), { scopes: [] })).toThrow('which has createDefaultStage: false');
  });

  it('an API of another stack', () => {
    const { stack, keys, integration } = fixture();
    const [route] = new HttpApi(new Stack(stack.node.root as App, 'Elsewhere'), 'Api').addRoutes({ path: '/orders', methods: [HttpMethod.GET], integration });
    expect(() => keys.protect(route as Route, { scopes: [] })).toThrow('GET /orders belongs to "Elsewhere/Api", which is in another stack');
  });

  it('an API that was imported', () => {
    const { stack, keys, integration } = fixture();
    const httpApi = HttpApi.fromHttpApiAttributes(stack, 'Imported', { httpApiId: 'abc' });
    const route = new HttpRoute(stack, 'Route', { httpApi, integration, routeKey: HttpRouteKey.with('/orders', HttpMethod.GET) });
    expect(() => keys.protect(route, { scopes: [] })).toThrow('GET /orders belongs to an imported API');
  });

  it('a route that has another authorizer', () => {
    const { keys, routes } = fixture({ defaultAuthorizer: new HttpIamAuthorizer() });
    expect(() => keys.protect(routes('/orders', HttpMethod.GET), { scopes: [] })).toThrow('GET /orders already has authorization AWS_IAM');
  });

  it('a route that is protected twice', () => {
    const { keys, routes } = fixture();
    const made = routes('/orders', HttpMethod.GET);
    keys.protect(made, { scopes: [] });
    expect(() => keys.protect(made, { scopes: [] })).toThrow('GET /orders is already protected or left open');
  });

  it('an HTTP API with an access log of its own', () => {
    const { api, keys, routes } = fixture();
    stageResource(api).accessLogSettings = { destinationArn: 'arn:aws:logs:us-east-1:111111111111:log-group:mine' };
    expect(() => keys.protect(routes('/orders'), { scopes: [] })).toThrow('Stage "Stack/Api/DefaultStage/Resource" has an access log already');
  });

  it('a second KeyAuthorizer on one API', () => {
    const { stack, gatewarden, keys, routes } = fixture();
    keys.protect(routes('/orders'), { scopes: [] });
    const second = new KeyAuthorizer(stack, 'Second', { gatewarden, product: 'invoices', environment: 'live' });
    expect(() => second.protect(routes('/invoices'), { scopes: [] })).toThrow('"Stack/Api" is protected by "Stack/Keys" already');
  });
});
