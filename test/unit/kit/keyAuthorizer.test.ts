import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ResponseType, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { describe, expect, it } from 'vitest';
import { KeyAuthorizer } from '../../../kit/index.ts';
import { found } from '../../infra/found.ts';
import { fixture, integration } from './fixture.ts';

function variablesOf(template: Template): Record<string, string> {
  const [stage] = Object.values(template.findResources('AWS::ApiGateway::Stage')) as { Properties: { Variables?: Record<string, string> } }[];
  // The key that the authorizer hands over is looked at where the gateway's limits are.
  const { gatewarden_gateway_key: _, ...variables } = stage?.Properties.Variables ?? {};
  return variables;
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
    expect(found(template, 'AWS::ApiGateway::Method', { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: authorizer } })).toHaveLength(1);
    expect(found(template, 'AWS::ApiGateway::Authorizer', {
      Type: 'REQUEST',
      AuthorizerResultTtlInSeconds: 0,
      RestApiId: { Ref: 'ApiF70053CD' },
    })).toHaveLength(1);
    expect(JSON.stringify(template.findResources('AWS::ApiGateway::Authorizer'))).not.toContain('IdentitySource');
  });

  it('gives API Gateway the right to ask the deployed key authorizer, for this authorizer alone', () => {
    const { keys, route, synth } = fixture();
    keys.protect(route('/orders'), { scopes: [] });
    const template = synth();
    const [authorizer] = Object.keys(template.findResources('AWS::ApiGateway::Authorizer'));
    const [parameter] = Object.keys(template.findParameters('*', { Default: '/gatewarden/key-authorizer-arn' }));
    expect(found(template, 'AWS::Lambda::Permission', { Principal: 'apigateway.amazonaws.com' })).toHaveLength(1);
    expect(found(template, 'AWS::Lambda::Permission', {
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
    })).toHaveLength(1);
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
    expect(found(on.synth(), 'AWS::ApiGateway::GatewayResponse', {})).toHaveLength(21);
    const off = fixture({ authorizer: { problemResponses: false, limitedBy: 'middleware' } });
    off.keys.protect(off.route('/orders'), { scopes: [] });
    off.api.addGatewayResponse('Mine', { type: ResponseType.DEFAULT_4XX });
    expect(found(off.synth(), 'AWS::ApiGateway::GatewayResponse', {})).toHaveLength(1);
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

it('a method that is left open says why in the template', () => {
  const { keys, route, synth } = fixture();
  keys.protect(route('/orders'), { scopes: [] });
  keys.leaveOpen(route('/health'), { reason: 'The load balancer has no key.' });
  const metadata = { Metadata: { 'gatewarden:leftOpen': 'The load balancer has no key.' } };
  expect(found(synth(), 'AWS::ApiGateway::Method', { AuthorizationType: 'NONE' }, metadata)).toHaveLength(1);
});

it('one stack holds two APIs, each with its authorizer, on one deployment of Gatewarden', () => {
  const { stack, gatewarden, keys, route, synth } = fixture();
  keys.protect(route('/orders'), { scopes: [] });
  const other = new KeyAuthorizer(stack, 'OtherKeys', { gatewarden, product: 'invoices', environment: 'test' });
  other.protect(new RestApi(stack, 'Other').root.addMethod('GET', integration), { scopes: ['invoices:read'] });
  const template = synth();
  template.resourceCountIs('AWS::ApiGateway::Authorizer', 2);
  expect(found(template, 'AWS::Lambda::Permission', { Principal: 'apigateway.amazonaws.com' })).toHaveLength(2);
  expect(Object.keys(template.findParameters('*', { Default: '/gatewarden/key-authorizer-arn' }))).toHaveLength(1);
});

it('two stacks with one Gatewarden each find it by themselves: an export of one would keep it from being changed', () => {
  const { stack, gatewarden, keys, route, synth } = fixture();
  keys.protect(route('/orders'), { scopes: [] });
  const second = new Stack(stack.node.root, 'Second');
  const secondKeys = new KeyAuthorizer(second, 'Keys', { gatewarden, product: 'invoices', environment: 'live' });
  secondKeys.protect(new RestApi(second, 'Api').root.addMethod('GET', integration), { scopes: ['invoices:read'] });
  for (const template of [synth(), Template.fromStack(second)]) {
    expect(JSON.stringify(template)).not.toMatch(/"Export"|Fn::ImportValue/);
    const names = Object.values(template.findParameters('*', { Type: 'AWS::SSM::Parameter::Value<String>' })).map(({ Default: name }: { Default?: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['/gatewarden/key-authorizer-arn', '/gatewarden/usage-function-arn']));
  }
});

it('a deployment by another name is found by its own parameter', () => {
  const { keys, route, synth } = fixture({ deploymentName: 'staging' });
  keys.protect(route('/orders'), { scopes: [] });
  const template = synth();
  const [parameter] = Object.keys(template.findParameters('*', { Default: '/staging/key-authorizer-arn', Type: 'AWS::SSM::Parameter::Value<String>' }));
  expect(found(template, 'AWS::Lambda::Permission', { FunctionName: { Ref: parameter } })).toHaveLength(1);
});
