import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { bootstrapStore } from '../shared/bootstrap/store.ts';
import { checkpointStore } from '../shared/events/checkpointStore.ts';
import { eventReader } from '../shared/events/reader.ts';
import { eventStore } from '../shared/events/store.ts';
import { newId } from '../shared/ids.ts';
import { idempotencyStore } from '../shared/keys/idempotency.ts';
import { dueStore } from '../shared/keys/dueStore.ts';
import { keyStore } from '../shared/keys/store.ts';
import { memberStore } from '../shared/members/store.ts';
import { noticeStore } from '../shared/notices/store.ts';
import { suppressionStore } from '../shared/notices/suppressions.ts';
import { sweepStateStore } from '../shared/notices/sweepState.ts';
import { organizationStore } from '../shared/organizations/store.ts';
import { pinStore } from '../shared/pins/store.ts';
import { roleStore } from '../shared/roles/store.ts';
import { stepUpStore } from '../shared/stepUps/store.ts';
import type { Table } from '../shared/table.ts';
import { config } from './config.ts';
import { readEnv } from './env.ts';
import { nowMs } from './verificationDependencies.ts';

export { nowMs, peppers, verificationReads } from './verificationDependencies.ts';

/** The stores over the table `keys`. Time and randomness enter here and nowhere else. */
export function keysTableStores() {
  const table = keysTable();
  return {
    keys: keyStore(table, config.expiry.retentionDays, config.notices.unusedDays),
    organizations: organizationStore(table),
    events: eventStore({ table, nowMs, newEventId: () => newId('evt', randomBytes), retentionDays: config.events.retentionDays }),
    eventLog: eventReader(table, nowMs),
    checkpoints: checkpointStore(table),
    idempotency: idempotencyStore(table),
    members: memberStore(table),
    roles: roleStore(table),
    pins: pinStore(table),
    stepUps: stepUpStore(table),
    due: dueStore(table),
    notices: noticeStore(table),
    suppressions: suppressionStore(table),
  };
}

/** Until when sweeps have looked, and how far ahead they look. */
export function sweepState() {
  return sweepStateStore(keysTable());
}

/** What the deployment's bootstraps have made. */
export function bootstrapRecords() {
  return bootstrapStore(keysTable());
}

function keysTable(): Table {
  return { client: documentClient(), name: readEnv('KEYS_TABLE').KEYS_TABLE };
}

let client: DynamoDBDocumentClient | undefined;

/** The one client of a container, for both tables. */
export function documentClient(): DynamoDBDocumentClient {
  client ??= DynamoDBDocumentClient.from(new DynamoDBClient({}), {
    marshallOptions: {
      // `undefined` members are left out rather than refused: optional fields of a record are simply absent.
      removeUndefinedValues: true,
      // Else a map with a member named "constructor", as a tag can be, is taken for an instance of a class.
      convertClassInstanceToMap: true,
    },
  });
  return client;
}
