import { CfnResource, Stack } from 'aws-cdk-lib';
import type { App } from 'aws-cdk-lib';
import { ApiKeySourceType, CfnApiKey, CfnUsagePlanKey, GatewayResponse, MockIntegration, ResponseType, RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { CfnMethod, CfnRestApi, CfnStage, CfnUsagePlan, IRestApi, Method } from 'aws-cdk-lib/aws-apigateway';
import { describe, expect, it } from 'vitest';
import { KeyAuthorizer } from '../../../kit/index.ts';
import { found } from '../../infra/found.ts';
import { fixture, integration } from './fixture.ts';
import { idsOf, stageOf } from './stage.ts';

const value = {
  'Fn::Join': ['', ['gatewarden-', { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }, expect.stringMatching(/^-[0-9a-f]{12}$/)]],
};

describe('on a REST API, API Gateway itself refuses what a limit refuses:', () => {
  it('each protected method asks for a key, which only the authorizer can give', () => {
    const { keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    keys.protect(route('/orders', 'POST'), { scopes: [] });
    const template = synth();
    expect(found(template, 'AWS::ApiGateway::RestApi', { ApiKeySourceType: 'AUTHORIZER' })).toHaveLength(1);
    expect(found(template, 'AWS::ApiGateway::Method', { AuthorizationType: 'CUSTOM', ApiKeyRequired: true })).toHaveLength(2);
  });

  it('methods left open and the CORS preflight ask for none: nobody would give it', () => {
    const { keys, route, synth } = fixture({ defaultCorsPreflightOptions: { allowOrigins: ['https://example.com'] } });
    keys.protect(route('/orders'), { scopes: [] });
    keys.leaveOpen(route('/health'), { reason: 'The load balancer has no key.' });
    const template = synth();
    const without = found(template, 'AWS::ApiGateway::Method', { AuthorizationType: 'NONE' });
    expect(without).toHaveLength(4);
    expect(found(template, 'AWS::ApiGateway::Method', { ApiKeyRequired: true })).toHaveLength(1);
  });

  it('the key that passes is in one plan, which is the stage\'s and throttles nobody', () => {
    const { keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    const template = synth();
    const [key, plan, stage] = ['ApiKey', 'UsagePlan', 'Stage'].map((type) => idsOf(template, `AWS::ApiGateway::${type}`)[0]);
    expect(Object.values(template.findResources('AWS::ApiGateway::UsagePlan')).map(({ Properties }) => ({ ...Properties, Description: '' }))).toEqual([
      { ApiStages: [{ ApiId: { Ref: 'ApiF70053CD' }, Stage: { Ref: stage } }], Description: '' },
    ]);
    expect(Object.values(template.findResources('AWS::ApiGateway::UsagePlanKey')).map(({ Properties }) => Properties)).toEqual([
      { KeyId: { Ref: key }, KeyType: 'API_KEY', UsagePlanId: { Ref: plan } },
    ]);
  });

  it("its value is the stack's own, holds nothing that anyone chose, and is told to the authorizer alone", () => {
    const { keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    const template = synth();
    const [key] = Object.values(template.findResources('AWS::ApiGateway::ApiKey')) as { Properties: { Value: unknown; Enabled: boolean } }[];
    expect(key?.Properties).toMatchObject({ Value: value, Enabled: true });
    expect(stageOf(template).Variables?.['gatewarden_gateway_key']).toEqual(key?.Properties.Value);
    expect(JSON.stringify(template.toJSON()['Outputs'] ?? {})).not.toContain('AWS::StackId');
  });

  it('two APIs of one stack have different keys: no two of an account may be the same', () => {
    const { stack, gatewarden, keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    const other = new KeyAuthorizer(stack, 'OtherKeys', { gatewarden, product: 'invoices', environment: 'test' });
    other.protect(new RestApi(stack, 'Other').root.addMethod('GET', integration), { scopes: [] });
    const values = Object.values(synth().findResources('AWS::ApiGateway::ApiKey')).map(({ Properties }) => JSON.stringify((Properties as { Value: unknown }).Value));
    expect(values).toHaveLength(2);
    expect(new Set(values).size).toBe(2);
  });

  it.each([true, false])('the answer is a 429 that says how long to wait, with problemResponses %s', (problemResponses) => {
    const { keys, route, synth } = fixture({ authorizer: { problemResponses } });
    keys.protect(route('/orders'), { scopes: [] });
    const template = synth();
    expect(found(template, 'AWS::ApiGateway::GatewayResponse', { ResponseType: 'INVALID_API_KEY' })).toHaveLength(1);
    expect(found(template, 'AWS::ApiGateway::GatewayResponse', {
      ResponseType: 'INVALID_API_KEY',
      StatusCode: '429',
      ResponseParameters: {
        'gatewayresponse.header.Content-Type': "'application/problem+json'",
        'gatewayresponse.header.Cache-Control': "'no-store'",
        'gatewayresponse.header.Retry-After': 'context.authorizer.retryAfter',
        'gatewayresponse.header.RateLimit': 'context.authorizer.rateLimitField',
        'gatewayresponse.header.RateLimit-Policy': 'context.authorizer.rateLimitPolicyField',
        'gatewayresponse.header.X-Request-Id': 'context.extendedRequestId',
      },
      ResponseTemplates: {
        'application/json':
          '{"type":"https://gatewarden.dev/errors/$context.authorizer.code","title":"Too many requests","status":429,"detail":"$context.authorizer.detail","code":"$context.authorizer.code","instance":"urn:gatewarden:request:$context.extendedRequestId"}',
      },
    })).toHaveLength(1);
  });

  it('the API gets a new deployment when it begins to be limited: API Gateway would serve the methods as they were', () => {
    const [limited, unlimited] = (['gateway', 'middleware'] as const).map((limitedBy) => {
      const { keys, route, synth } = fixture({ authorizer: { limitedBy } });
      keys.protect(route('/orders'), { scopes: [] });
      return idsOf(synth(), 'AWS::ApiGateway::Deployment')[0];
    });
    expect(limited).not.toBe(unlimited);
  });
});

it("with limitedBy: 'middleware' API Gateway asks for no key, and the API may have plans of its own", () => {
  const { api, keys, route, synth } = fixture({ apiKeySourceType: ApiKeySourceType.HEADER, authorizer: { limitedBy: 'middleware' } });
  keys.protect(route('/orders'), { scopes: [] });
  api.addUsagePlan('Plan', { apiStages: [{ api: api as IRestApi, stage: api.deploymentStage }] });
  const template = synth();
  expect(found(template, 'AWS::ApiGateway::Method', { ApiKeyRequired: true })).toHaveLength(0);
  expect(idsOf(template, 'AWS::ApiGateway::ApiKey')).toEqual([]);
  expect(idsOf(template, 'AWS::ApiGateway::UsagePlan')).toHaveLength(1);
  expect(Object.keys(stageOf(template).Variables ?? {})).toEqual(['gatewarden_product', 'gatewarden_environment', 'gatewarden_routes_0']);
  expect(found(template, 'AWS::ApiGateway::GatewayResponse', { ResponseType: 'INVALID_API_KEY', StatusCode: '401' })).toHaveLength(1);
});

describe('the synthesis fails, and says where, when', () => {
  it.each<[string, (method: CfnMethod) => void]>([
    ['set to false', (method) => { method.apiKeyRequired = false; }],
    ['overridden', (method) => method.addPropertyOverride('ApiKeyRequired', false)],
    ['deleted', (method) => method.addPropertyDeletionOverride('ApiKeyRequired')],
  ])('apiKeyRequired of a protected method was %s: it would pass whatever a limit refuses', (_, change) => {
    const { keys, route, synth } = fixture();
    const method = route('/orders');
    keys.protect(method, { scopes: [] });
    change(method.node.defaultChild as CfnMethod);
    expect(synth).toThrow('GET /orders was protected, but its apiKeyRequired was taken away: a limit would not hold');
  });

  it('a method that is left open asks for a key', () => {
    const { api, keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    keys.leaveOpen(api.root.resourceForPath('/health').addMethod('GET', integration, { apiKeyRequired: true }), { reason: 'A test.' });
    expect(synth).toThrow('GET /health has apiKeyRequired, but no authorizer that hands over a key');
  });

  it('the CORS preflight asks for a key', () => {
    const { api, keys, route, synth } = fixture({ defaultCorsPreflightOptions: { allowOrigins: ['https://example.com'] } });
    keys.protect(route('/orders'), { scopes: [] });
    const preflight = api.methods.find(({ httpMethod, resource }) => httpMethod === 'OPTIONS' && resource.path === '/orders');
    ((preflight as Method).node.defaultChild as CfnMethod).apiKeyRequired = true;
    expect(synth).toThrow('OPTIONS /orders has apiKeyRequired, but no authorizer that hands over a key');
  });

  it('the source of keys was changed afterwards', () => {
    const { api, keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    (api.node.defaultChild as CfnRestApi).apiKeySourceType = 'HEADER';
    expect(synth).toThrow('"Stack/Api" takes API keys from a header, where callers choose them');
  });

  it('the stage has a second usage plan', () => {
    const { api, keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    api.addUsagePlan('Plan', { apiStages: [{ api: api as IRestApi, stage: api.deploymentStage }] });
    expect(synth).toThrow('"Stack/Api/Plan/Resource" is a usage plan of "Stack/Api", whose API keys come from the key authorizer alone');
  });

  it('a second key is put into the plan, which could be one that is handed over for a refusal', () => {
    const { stack, keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    const { ref: usagePlanId } = keys.node.findChild('GatewayPlan') as CfnUsagePlan;
    const { ref: keyId } = new CfnApiKey(stack, 'Mine');
    void new CfnUsagePlanKey(stack, 'Member', { keyId, keyType: 'API_KEY', usagePlanId });
    expect(synth).toThrow('"Stack/Member" puts a key of its own into the usage plan of the key authorizer');
  });

  it.each([['Throttle', { RateLimit: 10 }], ['Quota', { Limit: 10, Period: 'DAY' }]])('the plan is given a %s, which all callers would share', (name, setting) => {
    const { keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    (keys.node.findChild('GatewayPlan') as CfnUsagePlan).addPropertyOverride(name, setting);
    expect(synth).toThrow('"Stack/Keys/GatewayPlan" must not throttle');
  });

  it('the plan is given a throttle of one method, which all callers would share', () => {
    const { keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    (keys.node.findChild('GatewayPlan') as CfnUsagePlan).addPropertyOverride('ApiStages.0.Throttle', { '/orders/GET': { RateLimit: 10 } });
    expect(synth).toThrow('"Stack/Keys/GatewayPlan" must not throttle');
  });

  it('the API has an answer of its own in place of the 429', () => {
    const { api, stack, keys, route, synth } = fixture({ authorizer: { problemResponses: false } });
    keys.protect(route('/orders'), { scopes: [] });
    void new GatewayResponse(stack, 'Mine', { restApi: api as IRestApi, type: ResponseType.INVALID_API_KEY });
    expect(synth).toThrow('"Stack/Api" has 2 gateway responses of type INVALID_API_KEY');
  });

  it('a usage plan of another API is none of ours', () => {
    const { stack, keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    const other = new RestApi(stack, 'Other');
    other.root.addMethod('GET', new MockIntegration());
    other.addUsagePlan('Plan', { apiStages: [{ api: other as IRestApi, stage: other.deploymentStage }] });
    expect(synth).not.toThrow();
  });
});

it('an API that takes keys from the authorizer already is taken as it is', () => {
  const { keys, route, synth } = fixture({ apiKeySourceType: ApiKeySourceType.AUTHORIZER });
  keys.protect(route('/orders'), { scopes: [] });
  expect(found(synth(), 'AWS::ApiGateway::RestApi', { ApiKeySourceType: 'AUTHORIZER' })).toHaveLength(1);
});

it('no request comes before the authorizer may be asked: the deployment waits for the permission', () => {
  const { keys, route, synth } = fixture();
  keys.protect(route('/orders'), { scopes: [] });
  const template = synth();
  const [permission] = Object.entries(template.findResources('AWS::Lambda::Permission')).filter(([, { Properties }]) => Properties['Principal'] === 'apigateway.amazonaws.com');
  const [deployment] = Object.values(template.findResources('AWS::ApiGateway::Deployment'));
  expect(permission).toBeDefined();
  expect(deployment?.['DependsOn']).toContain(permission?.[0]);
});

describe('a mistake is refused where it is made:', () => {
  it('an API that takes keys from a header', () => {
    const { keys, route } = fixture({ apiKeySourceType: ApiKeySourceType.HEADER });
    expect(() => keys.protect(route('/orders'), { scopes: [] })).toThrow(`"Stack/Api" takes API keys from HEADER, where callers choose them: leave apiKeySourceType out, or set limitedBy: 'middleware'`);
  });

  it('somebody else to refuse', () => {
    expect(() => fixture({ authorizer: { limitedBy: 'nobody' as 'gateway' } })).toThrow('limitedBy must be "gateway" or "middleware", got "nobody"');
  });
});

it('a plan and its key of another stack are none of ours, though by chance their logical ids are the same', () => {
  const { stack, keys, route, synth } = fixture();
  keys.protect(route('/orders'), { scopes: [] });
  const elsewhere = new Stack(stack.node.root as App, 'Elsewhere');
  const plan = { ApiStages: [{ ApiId: { Ref: 'ApiF70053CD' }, Stage: 'live' }] };
  void new CfnResource(elsewhere, 'Plan', { type: 'AWS::ApiGateway::UsagePlan', properties: plan });
  const ours = stack.getLogicalId(keys.node.findChild('GatewayPlan') as CfnUsagePlan);
  void new CfnResource(elsewhere, 'Member', { type: 'AWS::ApiGateway::UsagePlanKey', properties: { KeyId: 'a', KeyType: 'API_KEY', UsagePlanId: { Ref: ours } } });
  expect(synth).not.toThrow();
});

it('an API of another stack is not touched', () => {
  const { stack, keys, route, synth } = fixture();
  keys.protect(route('/orders'), { scopes: [] });
  const elsewhere = new RestApi(new Stack(stack.node.root as App, 'Elsewhere'), 'Api');
  elsewhere.root.addMethod('GET', integration, { apiKeyRequired: true });
  expect(synth).not.toThrow();
});

describe('a response cache is refused: it would hand one caller’s answer to another', () => {
  it.each([
    ['of the whole stage', { cacheClusterEnabled: true }],
    ['of every method', { cachingEnabled: true }],
    ['of one method', { methodOptions: { '/orders/GET': { cachingEnabled: true } } }],
  ])('%s', (_, deployOptions) => {
    const { keys, route, synth } = fixture({ deployOptions });
    keys.protect(route('/orders'), { scopes: [] });
    expect(() => synth()).toThrow(/caches responses, which would hand one caller's answer to another/);
  });

  it('nor one of which nobody can say before it is deployed whether it is on', () => {
    const { api, keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    (api.deploymentStage.node.defaultChild as CfnStage).addPropertyOverride('CacheClusterEnabled', { Ref: 'IsCached' });
    expect(() => synth()).toThrow(/caches responses/);
  });

  it('a stage without one is fine, said or not', () => {
    const { keys, route, synth } = fixture({ deployOptions: { cacheClusterEnabled: false, cachingEnabled: false } });
    keys.protect(route('/orders'), { scopes: [] });
    expect(() => synth()).not.toThrow();
  });
});
