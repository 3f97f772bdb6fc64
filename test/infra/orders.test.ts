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

it('the key authorizer is found by its parameter, without an export of another stack', () => {
  const parameter = { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/gatewarden/key-authorizer-arn' };
  expect(Object.keys(template.findParameters('*', parameter))).toHaveLength(1);
  expect(JSON.stringify(template.toJSON())).not.toContain('Fn::ImportValue');
});

it('the address is an output, without a slash at its end', () => {
  expect(JSON.stringify(template.findOutputs('OrdersUrl'))).toMatch(/\{"Ref":"ApiDeploymentStagelive[0-9A-F]{8}"\}\]\]/);
});
