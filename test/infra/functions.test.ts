import { describe, expect, it } from 'vitest';
import { resources, synthesized } from './synthesized.ts';

const templates = synthesized();
const functions = Object.entries(templates).flatMap(([stack, template]) =>
  Object.entries(resources(template, 'AWS::Lambda::Function')).map(([id, { Properties }]) => ({
    name: `${stack} ${id.replace(/[0-9A-F]{8}$/, '')}`,
    properties: Properties,
  })),
);

it('every function of the app is known here', () => {
  expect(functions.map(({ name }) => name).sort()).toEqual([
    'Api BindMemberFunction',
    'Api EventsFunction',
    'Api KeyAuthorizerFunction',
    'Api KeysFunction',
    'Api ManagementAuthorizerFunction',
    'Api MembersFunction',
    'Api MetaFunction',
    'Api OrganizationsFunction',
    'Api UsageFunction',
    'Bootstrap Function',
    'Jobs CheckpointEventsJobFunction',
    'Jobs CountUsageConsumerFunction',
    'Jobs MailKeyEventsConsumerFunction',
    'Jobs RecordPurgesConsumerFunction',
    'Jobs SuppressAddressConsumerFunction',
    'Jobs SweepKeysJobFunction',
    'Orders OrdersFunction',
    'Orders WhoamiFunction',
  ]);
});

describe.each(functions)('$name', ({ properties }) => {
  it('runs on Node 24, arm64, and logs JSON', () => {
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      LoggingConfig: { LogFormat: 'JSON' },
    });
  });
});

describe('a function knows no name that it has no right to use', () => {
  it.each([
    ['Api KeyAuthorizerFunction', ['KEYS_TABLE', 'PEPPER_SECRET_ARN', 'USAGE_TABLE']],
    ['Api ManagementAuthorizerFunction', ['BIND_MEMBER_FUNCTION', 'KEYS_TABLE', 'OIDC_CLIENT_IDS', 'OIDC_ISSUER', 'PEPPER_SECRET_ARN']],
    ['Api BindMemberFunction', ['KEYS_TABLE']],
    ['Api KeysFunction', ['KEYS_TABLE', 'PEPPER_SECRET_ARN', 'USAGE_TABLE']],
    ['Api MetaFunction', ['KEYS_TABLE']],
    ['Api OrganizationsFunction', ['KEYS_TABLE']],
    ['Api MembersFunction', ['KEYS_TABLE']],
    ['Api EventsFunction', ['KEYS_TABLE']],
    ['Api UsageFunction', ['KEYS_TABLE', 'USAGE_TABLE']],
    ['Bootstrap Function', ['KEYS_TABLE', 'PEPPER_SECRET_ARN', 'ROOT_TOKEN_SECRET_ARN']],
    ['Jobs CheckpointEventsJobFunction', ['EVENT_SIGNING_SECRET_ARN', 'KEYS_TABLE']],
    ['Jobs CountUsageConsumerFunction', ['USAGE_TABLE']],
    ['Jobs MailKeyEventsConsumerFunction', ['KEYS_TABLE', 'MAIL_CONFIGURATION_SET', 'MANAGEMENT_URL', 'USAGE_TABLE']],
    ['Jobs RecordPurgesConsumerFunction', ['KEYS_TABLE']],
    ['Jobs SuppressAddressConsumerFunction', ['KEYS_TABLE']],
    ['Jobs SweepKeysJobFunction', ['KEYS_TABLE', 'MAIL_CONFIGURATION_SET', 'MANAGEMENT_URL', 'USAGE_TABLE']],
    ['Orders OrdersFunction', ['ORDERS_TABLE']],
    ['Orders WhoamiFunction', []],
  ])('%s', (name, variables) => {
    const environment = functions.find((candidate) => candidate.name === name)?.properties['Environment'] as
      | { Variables: Record<string, unknown> }
      | undefined;
    expect(Object.keys(environment?.Variables ?? {}).sort()).toEqual(variables);
  });
});

it.each(['Api', 'Bootstrap', 'Jobs', 'Orders'] as const)('%s: every log is deleted after a while', (stack) => {
  const days = Object.values(resources(templates[stack], 'AWS::Logs::LogGroup')).map(({ Properties }) => Properties['RetentionInDays']);
  expect(days.length).toBeGreaterThan(0);
  expect(days.filter((retention) => retention !== 30 && retention !== 90)).toEqual([]);
});
