import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { resources, synthesized } from './synthesized.ts';

const templates = synthesized();

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** What each role may do, by the first words of its logical id: `action on resource`, logs left out. */
function rightsIn(template: Template): Record<string, string[]> {
  const policies = Object.values(resources(template, 'AWS::IAM::Policy'));
  return Object.fromEntries(
    policies.map(({ Properties }) => {
      const document = Properties['PolicyDocument'] as { Statement: readonly Statement[] };
      const [role] = Properties['Roles'] as { Ref: string }[];
      return [
        role?.Ref.replace(/(Service)?Role[0-9A-F]+$/, '') ?? '',
        document.Statement.flatMap(({ Action, Resource }) =>
          [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${action} on ${nameOf(resource)}`)),
        )
          .filter((right) => !right.startsWith('logs:'))
          .sort(),
      ];
    }),
  );
}

/** `keys`, `keys/index/byOrganization`, `usage`, `pepper`, `root token`; anything else as it stands. */
function nameOf(resource: unknown): string {
  const text = JSON.stringify(resource);
  const index = text.includes('/index/') ? `/index/${/\/index\/([^"]*)/.exec(text)?.[1] ?? ''}` : '';
  if (/OutputFnGetAttKeys|"Keys[0-9A-F]{8}"/.test(text)) return `keys${index}`;
  if (/OutputFnGetAttUsage|"Usage[0-9A-F]{8}"/.test(text)) return `usage${index}`;
  if (/OutputRefPepper/.test(text)) return 'pepper';
  if (/RootToken/.test(text)) return 'root token';
  if (/"Orders[0-9A-F]{8}"/.test(text)) return 'orders';
  return text;
}

describe('each function holds the rights it needs and no others', () => {
  it.each([
    ['KeyAuthorizer', ['dynamodb:GetItem on keys', 'secretsmanager:GetSecretValue on pepper']],
    ['ManagementAuthorizer', ['dynamodb:GetItem on keys', 'secretsmanager:GetSecretValue on pepper']],
    ['Meta', ['dynamodb:GetItem on keys']],
    [
      'Keys',
      [
        'dynamodb:ConditionCheckItem on keys',
        'dynamodb:GetItem on keys',
        'dynamodb:PutItem on keys',
        'dynamodb:Query on keys/index/byOrganization',
        'dynamodb:UpdateItem on keys',
        'secretsmanager:GetSecretValue on pepper',
      ],
    ],
  ])('%s', (name, rights) => {
    expect(rightsIn(templates.Api)[name]).toEqual(rights);
  });

  it('the management API and the authorizers have no further function', () => {
    expect(Object.keys(rightsIn(templates.Api)).sort()).toEqual(['KeyAuthorizer', 'Keys', 'ManagementAuthorizer', 'Meta']);
  });

  it('the bootstrap function', () => {
    expect(rightsIn(templates.Bootstrap)).toEqual({
      Function: [
        'dynamodb:ConditionCheckItem on keys',
        'dynamodb:GetItem on keys',
        'dynamodb:PutItem on keys',
        'dynamodb:Query on keys',
        'dynamodb:UpdateItem on keys',
        'secretsmanager:GetSecretValue on pepper',
        'secretsmanager:GetSecretValue on root token',
        'secretsmanager:PutSecretValue on root token',
      ],
    });
  });

  it('the example, which holds nothing of Gatewarden', () => {
    expect(rightsIn(templates.Orders)).toEqual({
      OrdersFunction: ['dynamodb:GetItem on orders', 'dynamodb:PutItem on orders', 'dynamodb:Query on orders'],
    });
  });
});

const everything = Object.entries(templates).flatMap(([stack, template]) =>
  Object.entries(rightsIn(template)).flatMap(([role, rights]) => rights.map((right) => `${stack} ${role}: ${right}`)),
);

it('no authorizer can write anything', () => {
  const rights = everything.filter((right) => /Authorizer: /.test(right));
  expect(rights).toHaveLength(4);
  expect(rights.filter((right) => /Put|Update|Delete|Write|Create/.test(right))).toEqual([]);
});

it('only what verifies or issues reads the pepper', () => {
  expect(everything.filter((right) => right.endsWith('GetSecretValue on pepper')).sort()).toEqual([
    'Api KeyAuthorizer: secretsmanager:GetSecretValue on pepper',
    'Api Keys: secretsmanager:GetSecretValue on pepper',
    'Api ManagementAuthorizer: secretsmanager:GetSecretValue on pepper',
    'Bootstrap Function: secretsmanager:GetSecretValue on pepper',
  ]);
});

it('no function can write the pepper, delete a record or scan a table', () => {
  expect(everything.filter((right) => /PutSecretValue on pepper|UpdateSecret|Delete|Scan/.test(right))).toEqual([]);
});

it('no right is given by a wildcard', () => {
  expect(everything.filter((right) => right.includes('*'))).toEqual([]);
});

it.each(Object.entries(templates))('%s: a function writes to its own log group and no other', (_, template) => {
  const groups = Object.values(resources(template, 'AWS::Lambda::Function')).map(
    ({ Properties }) => (Properties['LoggingConfig'] as { LogGroup?: { Ref?: string } }).LogGroup?.Ref,
  );
  expect(groups).not.toContain(undefined);
  expect(new Set(groups).size).toBe(groups.length);
  expect(JSON.stringify(template.toJSON())).not.toContain('logs:CreateLogGroup');
});
