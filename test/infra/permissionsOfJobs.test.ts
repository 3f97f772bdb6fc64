import { describe, expect, it } from 'vitest';
import { rightsOfAll, summary } from './rights.ts';
import { synthesized } from './synthesized.ts';

const everything = rightsOfAll(synthesized());

/** What Lambda asks of the role of a consumer. */
const readsStream = {
  DescribeStream: 'stream of keys',
  GetRecords: 'stream of keys',
  GetShardIterator: 'stream of keys',
  ListStreams: 'stream of keys',
};

describe('each job holds the rights it needs and no others', () => {
  it.each([
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
    [
      'Jobs SweepKeysJob',
      {
        'Query keys/index/byExpiry': 'EXPIRY#*',
        'Query keys/index/byRotation': 'RETIRING#* ROTATION#* UNUSED#*',
        'Query keys/index/byOrganization': 'ORG#*#MEMBERS ORGS',
        'GetItem keys': 'EVENTS#* KEY#* NOTICE#* NOTICEDAYS ORG#* OUTBOX#* SUPPRESSED#* SWEEP',
        'Query keys': 'NOTICE#* OUTBOX#*',
        'ConditionCheckItem keys': 'KEY#*',
        'PutItem keys': 'EVENTS#* KEY#* NOTICE#* OUTBOX#* PLACES#* SWEEP',
        'UpdateItem keys': 'EVENTS#* KEY#* NOTICE#* OUTBOX#* PLACES#* SWEEP',
        'DeleteItem keys': 'OUTBOX#*',
        'GetItem usage': 'LAST#*',
        'BatchGetItem usage': 'LAST#*',
        'Query usage': 'USAGE#*',
        'Query usage/index/byLastUse': 'IDLE#*',
        SendEmail: 'configuration-set/ as keys@example.com identity/* as keys@example.com',
        SendMessage: 'SweepKeysFailures',
      },
    ],
    ['Jobs SweepKeysSchedule', { InvokeFunction: 'SweepKeysJob', SendMessage: 'SweepKeysFailures' }],
    [
      'Jobs MailKeyEventsConsumer',
      {
        'Query keys/index/byOrganization': 'ORG#*#MEMBERS',
        'GetItem keys': 'KEY#* ORG#* OUTBOX#* SUPPRESSED#*',
        'Query keys': 'OUTBOX#*',
        'PutItem keys': 'NOTICE#* OUTBOX#*',
        'UpdateItem keys': 'NOTICE#* OUTBOX#*',
        'DeleteItem keys': 'OUTBOX#*',
        'GetItem usage': 'LAST#*',
        'BatchGetItem usage': 'LAST#*',
        ...readsStream,
        SendEmail: 'configuration-set/ as keys@example.com identity/* as keys@example.com',
        SendMessage: 'MailKeyEventsFailures',
      },
    ],
    [
      'Jobs CountUsageConsumer',
      {
        'GetItem usage': 'LAST#* SEEN#* USAGE#*',
        'BatchGetItem usage': 'LAST#* SEEN#* USAGE#*',
        'Query usage': 'SEEN#*',
        'PutItem usage': 'SEEN#*',
        'UpdateItem usage': 'LAST#* SEEN#* USAGE#*',
        SendMessage: 'CountUsageFailures',
      },
    ],
    [
      'Jobs RecordPurgesConsumer',
      {
        'GetItem keys': 'EVENTS#*',
        'PutItem keys': 'EVENTS#* NOTICE#*',
        'UpdateItem keys': 'EVENTS#* NOTICE#*',
        ...readsStream,
        SendMessage: 'RecordPurgesFailures',
      },
    ],
    [
      'Jobs SuppressAddressConsumer',
      {
        'GetItem keys': 'SUPPRESSED#*',
        'PutItem keys': 'SUPPRESSED#*',
        'UpdateItem keys': 'SUPPRESSED#*',
        SendMessage: 'SuppressAddressFailures',
      },
    ],
  ])('%s', (name, rights) => {
    expect(summary(everything.filter(({ role }) => role === name))).toEqual(rights);
  });
});
