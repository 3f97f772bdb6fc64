import { describe, expect, it } from 'vitest';
import { recordKinds, usageKinds } from '../../shared/api/route.ts';
import { rightsOfAll } from './rights.ts';
import { synthesized } from './synthesized.ts';

const everything = rightsOfAll(synthesized());

/** Who may do one of these things with the records of a kind. */
function whoMay(actions: readonly string[], kind: keyof typeof recordKinds): string[] {
  const partitions: readonly string[] = recordKinds[kind];
  const holds = everything.filter(({ action, resource, partitions: allowed }) =>
    resource === 'keys' && actions.includes(action) && (allowed === null || allowed.some((partition) => partitions.includes(partition))),
  );
  return [...new Set(holds.map(({ role }) => role))].sort();
}

/** The same of the usage table. */
function whoMayOfUsage(actions: readonly string[], kind: keyof typeof usageKinds): string[] {
  const partitions: readonly string[] = usageKinds[kind];
  const holds = everything.filter(({ action, resource, partitions: allowed }) =>
    resource === 'usage' && actions.includes(action) && (allowed === null || allowed.some((partition) => partitions.includes(partition))),
  );
  return [...new Set(holds.map(({ role }) => role))].sort();
}

const write = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'];
const read = ['GetItem', 'Query', 'BatchGetItem', 'Scan'];

describe('who may write what', () => {
  it.each([
    ['members', ['Api BindMember', 'Api Members']],
    [
      'events',
      [
        'Api BindMember',
        'Api Keys',
        'Api Members',
        'Api Organizations',
        'Bootstrap Function',
        'Jobs CheckpointEventsJob',
        'Jobs RecordPurgesConsumer',
        'Jobs SweepKeysJob',
      ],
    ],
    ['roles', ['Api BindMember', 'Api Members']],
    ['pins', ['Api Members']],
    ['stepUps', ['Api Members']],
    ['organizations', ['Api Organizations', 'Bootstrap Function']],
    ['keys', ['Api Keys', 'Bootstrap Function', 'Jobs SweepKeysJob']],
    ['places', ['Api Keys', 'Api Organizations', 'Bootstrap Function', 'Jobs SweepKeysJob']],
    ['notices', ['Jobs MailKeyEventsConsumer', 'Jobs RecordPurgesConsumer', 'Jobs SweepKeysJob']],
    ['outbox', ['Jobs MailKeyEventsConsumer', 'Jobs SweepKeysJob']],
    ['sweep', ['Jobs SweepKeysJob']],
    ['suppressions', ['Api Organizations', 'Jobs SuppressAddressConsumer']],
    ['noticeDays', ['Api Organizations', 'Bootstrap Function']],
    ['bootstrap', ['Bootstrap Function']],
    ['idempotency', ['Api Keys']],
  ] as const)('%s: %j', (kind, roles) => {
    expect(whoMay(write, kind)).toEqual(roles);
  });

  it.each([
    ['limits', ['Api KeyAuthorizer', 'Api Keys']],
    ['hours', ['Jobs CountUsageConsumer']],
    ['lastUses', ['Jobs CountUsageConsumer']],
    ['counted', ['Jobs CountUsageConsumer']],
  ] as const)('%s, in the usage table: %j', (kind, roles) => {
    expect(whoMayOfUsage(write, kind)).toEqual(roles);
  });

  it('no authorizer can write the keys table, and all that one can write is the leases of limits', () => {
    const rights = everything.filter(({ role }) => role.endsWith('Authorizer'));
    expect(rights.length).toBeGreaterThan(4);
    expect(rights.filter(({ action }) => !['GetItem', 'Query', 'GetSecretValue', 'InvokeFunction'].includes(action))).toEqual([
      { role: 'Api KeyAuthorizer', action: 'UpdateItem', resource: 'usage', partitions: ['LIMIT#*', 'QUOTA#*'] },
    ]);
  });

  it('what counts usage has no right to the keys table, to a stream or to a secret', () => {
    const others = everything.filter(({ role, resource }) => role === 'Jobs CountUsageConsumer' && resource !== 'usage');
    expect(others.map(({ action, resource }) => `${action} ${resource}`)).toEqual(['SendMessage CountUsageFailures']);
  });

  it('only these three functions can delete a record, and none of them a key, an event or what was told', () => {
    const deletes = everything.filter(({ action }) => /Delete/.test(action));
    expect(deletes.map(({ role }) => role).sort()).toEqual(['Api Members', 'Jobs MailKeyEventsConsumer', 'Jobs SweepKeysJob']);
    expect(whoMay(['DeleteItem'], 'keys')).toEqual([]);
    expect(whoMay(['DeleteItem'], 'events')).toEqual([]);
    expect(whoMay(['DeleteItem'], 'notices')).toEqual([]);
  });

  it('what bounces can stop mails to an address, and change nothing else', () => {
    const partitions = everything.filter(({ role, resource }) => role === 'Jobs SuppressAddressConsumer' && resource.startsWith('keys')).map((right) => right.partitions);
    expect(partitions).toEqual([['SUPPRESSED#*'], ['SUPPRESSED#*'], ['SUPPRESSED#*']]);
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
    ['keys', ['Api Events', 'Api KeyAuthorizer', 'Api Keys', 'Api ManagementAuthorizer', 'Api Usage', 'Jobs MailKeyEventsConsumer', 'Jobs SweepKeysJob']],
    ['notices', ['Jobs SweepKeysJob']],
    ['outbox', ['Jobs MailKeyEventsConsumer', 'Jobs SweepKeysJob']],
    ['sweep', ['Jobs SweepKeysJob']],
    ['suppressions', ['Api Organizations', 'Jobs MailKeyEventsConsumer', 'Jobs SuppressAddressConsumer', 'Jobs SweepKeysJob']],
    ['noticeDays', ['Jobs SweepKeysJob']],
  ] as const)('%s: %j', (kind, roles) => {
    expect(whoMay(read, kind)).toEqual(roles);
  });

  it.each([
    ['limits', []],
    ['hours', ['Api Usage', 'Jobs CountUsageConsumer', 'Jobs SweepKeysJob']],
    ['lastUses', ['Api Keys', 'Api Usage', 'Jobs CountUsageConsumer', 'Jobs MailKeyEventsConsumer', 'Jobs SweepKeysJob']],
    ['counted', ['Jobs CountUsageConsumer']],
  ] as const)('%s, in the usage table: %j', (kind, roles) => {
    expect(whoMayOfUsage(read, kind)).toEqual(roles);
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

  it.each(['members', 'pins', 'stepUps', 'roles', 'bootstrap', 'idempotency'] as const)('no job reads or writes the records of %s', (kind) => {
    expect(whoMay([...read, ...write, 'ConditionCheckItem'], kind).filter((role) => role.startsWith('Jobs '))).toEqual([]);
  });

  it('only what finds the keys that are due reads the indexes of their dates', () => {
    const readers = everything.filter(({ resource }) => /by(Expiry|Rotation|LastUse)$/.test(resource));
    expect([...new Set(readers.map(({ role }) => role))]).toEqual(['Jobs SweepKeysJob']);
  });

  it('only the two consumers read the stream of keys, which holds every record', () => {
    const readers = everything.filter(({ resource }) => resource === 'stream of keys');
    expect([...new Set(readers.map(({ role }) => role))].sort()).toEqual(['Jobs MailKeyEventsConsumer', 'Jobs RecordPurgesConsumer']);
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
    'Jobs SweepKeysSchedule: SweepKeysJob',
  ]);
});

it('two functions send mails, from the address of the deployment and no other', () => {
  const sending = everything.filter(({ action, resource }) => /Send.*Email/.test(action) || /identity|configuration-set/.test(resource));
  expect(sending.map(({ role, action, resource }) => `${role}: ${action} ${resource}`).sort()).toEqual([
    'Jobs MailKeyEventsConsumer: SendEmail configuration-set/ as keys@example.com',
    'Jobs MailKeyEventsConsumer: SendEmail identity/* as keys@example.com',
    'Jobs SweepKeysJob: SendEmail configuration-set/ as keys@example.com',
    'Jobs SweepKeysJob: SendEmail identity/* as keys@example.com',
  ]);
});

it('no right to a table of ours is given for all of it', () => {
  expect(everything.filter(({ resource, partitions }) => /^(keys|usage)/.test(resource) && partitions === null)).toEqual([]);
  expect(everything.flatMap(({ partitions }) => partitions ?? []).filter((partition) => partition.startsWith('*'))).toEqual([]);
});

it('no right is given by a wildcard but that to send mails, which is bound to its sender; and none to scan a table', () => {
  const wide = everything.filter(({ action, resource }) => /\*|Scan/.test(`${action} ${resource}`));
  expect([...new Set(wide.map(({ action, resource }) => `${action} ${resource}`))]).toEqual(['SendEmail identity/* as keys@example.com']);
});
