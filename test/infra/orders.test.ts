import { expect, it } from 'vitest';
import { found } from './found.ts';
import { resources, synthesized } from './synthesized.ts';

const { Orders: template } = synthesized();

it('no method of the example is open', () => {
  const [authorizer] = Object.keys(resources(template, 'AWS::ApiGateway::Authorizer'));
  const methods = Object.values(resources(template, 'AWS::ApiGateway::Method'));
  expect(methods).toHaveLength(4);
  for (const { Properties } of methods) {
    expect(Properties).toMatchObject({ AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: authorizer } });
  }
});

it('the stage says what each route asks for', () => {
  expect(found(template, 'AWS::ApiGateway::Stage', {
    StageName: 'live',
    Variables: {
      gatewarden_product: 'orders',
      gatewarden_environment: 'live',
      gatewarden_routes_0: 'GET/orders=orders:read&POST/orders=orders:write&GET/orders/~7BorderId~7D=orders:read&GET/whoami=',
    },
  })).toHaveLength(1);
});

it('API Gateway itself refuses what a limit refuses: every method asks for the key that the authorizer hands over', () => {
  for (const { Properties } of Object.values(resources(template, 'AWS::ApiGateway::Method'))) expect(Properties).toMatchObject({ ApiKeyRequired: true });
  expect(found(template, 'AWS::ApiGateway::RestApi', { ApiKeySourceType: 'AUTHORIZER' })).toHaveLength(1);
  const [stage] = Object.keys(resources(template, 'AWS::ApiGateway::Stage'));
  const [api] = Object.keys(resources(template, 'AWS::ApiGateway::RestApi'));
  expect(Object.values(resources(template, 'AWS::ApiGateway::UsagePlan')).map(({ Properties }) => Properties['ApiStages'])).toEqual([
    [{ ApiId: { Ref: api }, Stage: { Ref: stage } }],
  ]);
  expect(found(template, 'AWS::ApiGateway::GatewayResponse', { ResponseType: 'INVALID_API_KEY', StatusCode: '429' })).toHaveLength(1);
});

it('every request leaves one line in the access log, which is handed to the function that counts usage', () => {
  const filters = Object.values(resources(template, 'AWS::Logs::SubscriptionFilter')).map(({ Properties }) => Properties);
  const [parameter] = Object.keys(template.findParameters('*', { Default: '/gatewarden/usage-function-arn' }));
  expect(filters).toEqual([{ LogGroupName: { Ref: expect.stringMatching(/AccessLog/) }, DestinationArn: { Ref: parameter }, FilterPattern: '' }]);
  const [logGroup] = filters.map(({ LogGroupName: name }) => (name as { Ref: string }).Ref);
  expect(found(template, 'AWS::ApiGateway::Stage', { AccessLogSetting: { DestinationArn: { 'Fn::GetAtt': [logGroup, 'Arn'] } } })).toHaveLength(1);
});

it('the key authorizer is found by its parameter, without an export of another stack', () => {
  const parameter = { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/gatewarden/key-authorizer-arn' };
  expect(Object.keys(template.findParameters('*', parameter))).toHaveLength(1);
  expect(JSON.stringify(template.toJSON())).not.toContain('Fn::ImportValue');
});

it('the address is an output, without a slash at its end', () => {
  expect(JSON.stringify(template.findOutputs('OrdersUrl'))).toMatch(/\{"Ref":"ApiDeploymentStagelive[0-9A-F]{8}"\}\]\]/);
});
