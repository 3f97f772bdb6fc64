import { Match } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { found } from './found.ts';
import { resources, synthesized } from './synthesized.ts';

const { Bootstrap: template } = synthesized();

it('the first organization is what the configuration says', () => {
  expect(found(template, 'Custom::GatewardenBootstrap', {
    organizationName: 'Operator',
    plan: 'enterprise',
    products: ['orders', 'invoices'],
    rootKeyGeneration: 1,
  })).toHaveLength(1);
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

it('the first organization is made when its rights are there', () => {
  const [custom] = Object.values(resources(template, 'Custom::GatewardenBootstrap'));
  const [policy] = Object.keys(resources(template, 'AWS::IAM::Policy'));
  expect(custom?.DependsOn).toContain(policy);
});

it('the root token is nowhere in the template: the secret is empty until the function fills it', () => {
  const properties = { SecretString: Match.absent(), GenerateSecretString: Match.absent() };
  expect(found(template, 'AWS::SecretsManager::Secret', properties, { DeletionPolicy: 'Retain' })).toHaveLength(1);
});

it('the outputs name the secret and the organization, and no token', () => {
  expect(Object.keys(template.findOutputs('*')).filter((name) => !name.startsWith('ExportsOutput')).sort()).toEqual([
    'OrganizationId',
    'RootTokenSecretName',
  ]);
});
