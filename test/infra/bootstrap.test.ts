import { Match } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { resources, synthesized } from './synthesized.ts';

const { Bootstrap: template } = synthesized();

it('the first organization is what the configuration says', () => {
  template.hasResourceProperties('Custom::GatewardenBootstrap', {
    organizationName: 'Operator',
    plan: 'enterprise',
    products: ['orders', 'invoices'],
    rootKeyGeneration: 1,
  });
});

it('deploying again gives the custom resource nothing new to do', () => {
  const [custom] = Object.values(resources(template, 'Custom::GatewardenBootstrap'));
  expect(Object.keys(custom?.Properties ?? {}).sort()).toEqual([
    'ServiceTimeout',
    'ServiceToken',
    'organizationName',
    'plan',
    'products',
    'rootKeyGeneration',
  ]);
});

it('it runs when its rights are there', () => {
  const [custom] = Object.values(resources(template, 'Custom::GatewardenBootstrap'));
  const [policy] = Object.keys(resources(template, 'AWS::IAM::Policy'));
  expect(custom?.DependsOn).toContain(policy);
});

it('the root token is nowhere in the template: the secret is empty until the function fills it', () => {
  template.hasResource('AWS::SecretsManager::Secret', {
    DeletionPolicy: 'Retain',
    Properties: { SecretString: Match.absent(), GenerateSecretString: Match.absent() },
  });
});

it('the outputs name the secret and the organization, and no token', () => {
  expect(Object.keys(template.findOutputs('*')).filter((name) => !name.startsWith('ExportsOutput')).sort()).toEqual([
    'OrganizationId',
    'RootTokenSecretName',
  ]);
});
