import { describe, expect, it } from 'vitest';
import { recordKinds } from '../../shared/api/route.ts';
import { rightsIn, summary } from './rights.ts';
import { resources, synthesized } from './synthesized.ts';

const templates = synthesized();
const everything = Object.entries(templates).flatMap(([stack, template]) =>
  rightsIn(template).map((right) => ({ ...right, role: `${stack} ${right.role}` })),
);

function rightsOf(role: string): Record<string, string> {
  return summary(everything.filter((right) => right.role === role));
}

/** Who may do one of these things with the records of a kind. */
function whoMay(actions: readonly string[], kind: keyof typeof recordKinds): string[] {
  const partitions: readonly string[] = recordKinds[kind];
  const holds = everything.filter(({ action, resource, partitions: allowed }) =>
    resource === 'keys' && actions.includes(action) && (allowed === null || allowed.some((partition) => partitions.includes(partition))),
  );
  return [...new Set(holds.map(({ role }) => role))].sort();
}

const write = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'];
const read = ['GetItem', 'Query', 'BatchGetItem', 'Scan'];

describe('each function holds the rights it needs and no others', () => {
  it.each([
    ['Api KeyAuthorizer', { 'GetItem keys': 'KEY#* ORG#*', GetSecretValue: 'pepper' }],
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
        GetSecretValue: 'pepper',
      },
    ],
    [
      'Api Organizations',
      {
        'GetItem keys': 'EVENTS#* ORG#* STEPUP#*',
        'Query keys': 'EVENTS#* ORG#* STEPUP#*',
        'Query keys/index/byOrganization': 'ORGS',
        'PutItem keys': 'EVENTS#* ORG#* PLACES#*',
        'UpdateItem keys': 'EVENTS#* ORG#* PLACES#*',
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
      'Bootstrap Function',
      {
        'GetItem keys': 'BOOTSTRAP EVENTS#*',
        'Query keys': 'BOOTSTRAP EVENTS#*',
        'ConditionCheckItem keys': 'ORG#*',
        'PutItem keys': 'BOOTSTRAP EVENTS#* KEY#* ORG#* PLACES#*',
        'UpdateItem keys': 'BOOTSTRAP EVENTS#* KEY#* ORG#* PLACES#*',
        GetSecretValue: 'pepper root token',
        PutSecretValue: 'root token',
      },
    ],
    [
      'Jobs CheckpointEventsJob',
      {
        'Query keys/index/byOrganization': 'ORGS',
        'GetItem keys': 'EVENTS#*',
        'Query keys': 'EVENTS#*',
        'PutItem keys': 'EVENTS#*',
        'UpdateItem keys': 'EVENTS#*',
        GetSecretValue: 'event signing seed',
        SendMessage: 'CheckpointEventsFailures',
      },
    ],
    ['Jobs CheckpointEventsSchedule', { InvokeFunction: 'CheckpointEventsJob', SendMessage: 'CheckpointEventsFailures' }],
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
      'Bootstrap Function',
      'Jobs CheckpointEventsJob',
      'Jobs CheckpointEventsSchedule',
      'Orders OrdersFunction',
    ]);
  });
});

describe('who may write what', () => {
  it.each([
    ['members', ['Api BindMember', 'Api Members']],
    ['events', ['Api BindMember', 'Api Keys', 'Api Members', 'Api Organizations', 'Bootstrap Function', 'Jobs CheckpointEventsJob']],
    ['roles', ['Api BindMember', 'Api Members']],
    ['pins', ['Api Members']],
    ['stepUps', ['Api Members']],
    ['organizations', ['Api Organizations', 'Bootstrap Function']],
    ['keys', ['Api Keys', 'Bootstrap Function']],
    ['bootstrap', ['Bootstrap Function']],
    ['idempotency', ['Api Keys']],
  ] as const)('%s: %j', (kind, roles) => {
    expect(whoMay(write, kind)).toEqual(roles);
  });

  it('no authorizer can write anything', () => {
    const rights = everything.filter(({ role }) => role.endsWith('Authorizer'));
    expect(rights.length).toBeGreaterThan(4);
    expect(rights.filter(({ action }) => !['GetItem', 'Query', 'GetSecretValue', 'InvokeFunction'].includes(action))).toEqual([]);
  });

  it('only the members function can delete a record, and neither a key nor an event', () => {
    const deletes = everything.filter(({ action }) => /Delete/.test(action));
    expect(deletes.map(({ role }) => role)).toEqual(['Api Members']);
    expect(whoMay(['DeleteItem'], 'keys')).toEqual([]);
    expect(whoMay(['DeleteItem'], 'events')).toEqual([]);
  });

  it('no function can write the pepper', () => {
    expect(everything.filter(({ resource, action }) => resource === 'pepper' && action !== 'GetSecretValue')).toEqual([]);
  });
});

describe('who may read what', () => {
  it.each([
    ['pins', ['Api Members']],
    ['stepUps', ['Api Keys', 'Api Organizations']],
    ['members', ['Api BindMember', 'Api ManagementAuthorizer', 'Api Members']],
    ['bootstrap', ['Bootstrap Function']],
    ['idempotency', ['Api Keys']],
    ['keys', ['Api Events', 'Api KeyAuthorizer', 'Api Keys', 'Api ManagementAuthorizer']],
  ] as const)('%s: %j', (kind, roles) => {
    expect(whoMay(read, kind)).toEqual(roles);
  });

  it('only what verifies or issues reads the pepper', () => {
    expect(everything.filter(({ resource }) => resource === 'pepper').map(({ role }) => role).sort()).toEqual([
      'Api KeyAuthorizer',
      'Api Keys',
      'Api ManagementAuthorizer',
      'Bootstrap Function',
    ]);
  });

  it('no job reads the pepper', () => {
    expect(everything.filter(({ role, resource }) => role.startsWith('Jobs ') && resource === 'pepper')).toEqual([]);
  });

  it('only the job that signs reads the seed of its key', () => {
    expect(everything.filter(({ resource }) => resource === 'event signing seed')).toEqual([
      { role: 'Jobs CheckpointEventsJob', action: 'GetSecretValue', resource: 'event signing seed', partitions: null },
    ]);
  });

  it('nobody lists through the index what carries no index keys', () => {
    const listed = everything.filter(({ resource }) => resource === 'keys/index/byOrganization').flatMap(({ partitions }) => partitions);
    expect([...new Set(listed)].sort()).toEqual(['KEY#*#EVENTS', 'ORG#*#KEYS', 'ORG#*#MEMBERS', 'ORGS']);
  });
});

it('only the management authorizer and a schedule invoke a function, each the one that it is for', () => {
  const invocations = everything.filter(({ action }) => action === 'InvokeFunction');
  expect(invocations.map(({ role, resource }) => `${role}: ${resource}`).sort()).toEqual([
    'Api ManagementAuthorizer: BindMember',
    'Jobs CheckpointEventsSchedule: CheckpointEventsJob',
  ]);
});

it('no right to the keys table is given for all of it', () => {
  expect(everything.filter(({ resource, partitions }) => resource.startsWith('keys') && partitions === null)).toEqual([]);
  expect(everything.flatMap(({ partitions }) => partitions ?? []).filter((partition) => partition.startsWith('*'))).toEqual([]);
});

it('no right is given by a wildcard, and none to scan a table', () => {
  expect(everything.filter(({ action, resource }) => /\*|Scan/.test(`${action} ${resource}`))).toEqual([]);
});

it.each(Object.entries(templates))('%s: a function writes to its own log group and no other', (_, template) => {
  const groups = Object.values(resources(template, 'AWS::Lambda::Function')).map(
    ({ Properties }) => (Properties['LoggingConfig'] as { LogGroup?: { Ref?: string } }).LogGroup?.Ref,
  );
  expect(groups).not.toContain(undefined);
  expect(new Set(groups).size).toBe(groups.length);
  expect(JSON.stringify(template.toJSON())).not.toContain('logs:CreateLogGroup');
});
