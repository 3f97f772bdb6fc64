import { describe, expect, it } from 'vitest';
import { rightsOfAll, summary } from './rights.ts';
import { resources, synthesized } from './synthesized.ts';

const templates = synthesized();
const everything = rightsOfAll(templates);

function rightsOf(role: string): Record<string, string> {
  return summary(everything.filter((right) => right.role === role));
}

describe('each function holds the rights it needs and no others', () => {
  it.each([
    ['Api KeyAuthorizer', { 'GetItem keys': 'KEY#* ORG#*', 'UpdateItem usage': 'LIMIT#* QUOTA#*', GetSecretValue: 'pepper' }],
    [
      'Api ManagementAuthorizer',
      {
        'GetItem keys': 'EMAIL#* KEY#* MEMBER#* ORG#* ROLES#* SUBJECT#*',
        'Query keys': 'EMAIL#* MEMBER#* SUBJECT#*',
        GetSecretValue: 'pepper',
        InvokeFunction: 'BindMember',
      },
    ],
    [
      'Api BindMember',
      {
        'GetItem keys': 'EMAIL#* EVENTS#* MEMBER#* SUBJECT#*',
        'Query keys': 'EMAIL#* EVENTS#* MEMBER#* SUBJECT#*',
        'PutItem keys': 'EMAIL#* EVENTS#* MEMBER#* ROLES#* SUBJECT#*',
        'UpdateItem keys': 'EMAIL#* EVENTS#* MEMBER#* ROLES#* SUBJECT#*',
      },
    ],
    ['Api Meta', { 'GetItem keys': 'ORG#*', 'Query keys': 'ORG#*' }],
    [
      'Api Keys',
      {
        'GetItem keys': 'EVENTS#* IDEMPOTENCY#* KEY#* ORG#* PLACES#* STEPUP#*',
        'Query keys': 'EVENTS#* IDEMPOTENCY#* KEY#* ORG#* PLACES#* STEPUP#*',
        'Query keys/index/byOrganization': 'ORG#*#KEYS',
        'ConditionCheckItem keys': 'ORG#*',
        'PutItem keys': 'EVENTS#* IDEMPOTENCY#* KEY#* PLACES#*',
        'UpdateItem keys': 'EVENTS#* IDEMPOTENCY#* KEY#* PLACES#*',
        'GetItem usage': 'LAST#*',
        'BatchGetItem usage': 'LAST#*',
        'Query usage': 'LAST#*',
        'UpdateItem usage': 'LIMIT#* QUOTA#*',
        GetSecretValue: 'pepper',
      },
    ],
    [
      'Api Organizations',
      {
        'GetItem keys': 'EVENTS#* ORG#* STEPUP#* SUPPRESSED#*',
        'Query keys': 'EVENTS#* ORG#* STEPUP#* SUPPRESSED#*',
        'Query keys/index/byOrganization': 'ORGS',
        'PutItem keys': 'EVENTS#* NOTICEDAYS ORG#* PLACES#* SUPPRESSED#*',
        'UpdateItem keys': 'EVENTS#* NOTICEDAYS ORG#* PLACES#* SUPPRESSED#*',
      },
    ],
    [
      'Api Members',
      {
        'GetItem keys': 'EMAIL#* EVENTS#* MEMBER#* ORG#* PIN#* ROLES#* SUBJECT#*',
        'Query keys': 'EMAIL#* EVENTS#* MEMBER#* ORG#* PIN#* ROLES#* SUBJECT#*',
        'Query keys/index/byOrganization': 'ORG#*#MEMBERS',
        'ConditionCheckItem keys': 'ROLES#*',
        'PutItem keys': 'EMAIL#* EVENTS#* MEMBER#* PIN#* ROLES#* STEPUP#* SUBJECT#*',
        'UpdateItem keys': 'EMAIL#* EVENTS#* MEMBER#* PIN#* ROLES#* STEPUP#* SUBJECT#*',
        'DeleteItem keys': 'EMAIL#* MEMBER#* PIN#* ROLES#* SUBJECT#*',
      },
    ],
    [
      'Api Events',
      {
        'GetItem keys': 'EVENTS#* KEY#* ORG#*',
        'Query keys': 'EVENTS#* KEY#* ORG#*',
        'Query keys/index/byOrganization': 'KEY#*#EVENTS',
      },
    ],
    [
      'Api Usage',
      {
        'GetItem keys': 'KEY#* ORG#*',
        'Query keys': 'KEY#* ORG#*',
        'GetItem usage': 'LAST#* USAGE#*',
        'BatchGetItem usage': 'LAST#* USAGE#*',
        'Query usage': 'LAST#* USAGE#*',
      },
    ],
    [
      'Bootstrap Function',
      {
        'GetItem keys': 'BOOTSTRAP EVENTS#*',
        'Query keys': 'BOOTSTRAP EVENTS#*',
        'ConditionCheckItem keys': 'ORG#*',
        'PutItem keys': 'BOOTSTRAP EVENTS#* KEY#* NOTICEDAYS ORG#* PLACES#*',
        'UpdateItem keys': 'BOOTSTRAP EVENTS#* KEY#* NOTICEDAYS ORG#* PLACES#*',
        GetSecretValue: 'pepper root token',
        PutSecretValue: 'root token',
      },
    ],
    ['Orders OrdersFunction', { GetItem: 'orders', PutItem: 'orders', Query: 'orders' }],
  ])('%s', (role, rights) => {
    expect(rightsOf(role)).toEqual(rights);
  });

  it('there is no further role with rights', () => {
    expect([...new Set(everything.map(({ role }) => role))].sort()).toEqual([
      'Api BindMember',
      'Api Events',
      'Api KeyAuthorizer',
      'Api Keys',
      'Api ManagementAuthorizer',
      'Api Members',
      'Api Meta',
      'Api Organizations',
      'Api Usage',
      'Bootstrap Function',
      'Jobs CheckpointEventsJob',
      'Jobs CheckpointEventsSchedule',
      'Jobs CountUsageConsumer',
      'Jobs MailKeyEventsConsumer',
      'Jobs RecordPurgesConsumer',
      'Jobs SuppressAddressConsumer',
      'Jobs SweepKeysJob',
      'Jobs SweepKeysSchedule',
      'Orders OrdersFunction',
    ]);
  });
});

it.each(Object.entries(templates))('%s: a function writes to its own log group and no other', (_, template) => {
  const groups = Object.values(resources(template, 'AWS::Lambda::Function')).map(
    ({ Properties }) => (Properties['LoggingConfig'] as { LogGroup?: { Ref?: string } }).LogGroup?.Ref,
  );
  expect(groups).not.toContain(undefined);
  expect(new Set(groups).size).toBe(groups.length);
  expect(JSON.stringify(template.toJSON())).not.toContain('logs:CreateLogGroup');
});
