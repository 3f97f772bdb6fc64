import type { Delivery } from '../../../../functions/jobs/mails/deliver.ts';
import { checkpointStore } from '../../../../shared/events/checkpointStore.ts';
import { eventReader } from '../../../../shared/events/reader.ts';
import { eventStore } from '../../../../shared/events/store.ts';
import { idempotencyStore } from '../../../../shared/keys/idempotency.ts';
import { dueStore } from '../../../../shared/keys/dueStore.ts';
import { keyStore } from '../../../../shared/keys/store.ts';
import { memberStore } from '../../../../shared/members/store.ts';
import { noticeStore } from '../../../../shared/notices/store.ts';
import { suppressionStore } from '../../../../shared/notices/suppressions.ts';
import { sweepStateStore } from '../../../../shared/notices/sweepState.ts';
import { organizationStore } from '../../../../shared/organizations/store.ts';
import type { Config } from '../../../../shared/config/config.ts';
import { sampleConfig, sampleMinted } from '../../samples.ts';
import { stage } from './stage.ts';

// What stands in for the functions' own dependencies: their stores over the stage, its clock and its mail service.

const { table } = stage;
const noPause = (): Promise<void> => Promise.resolve();

export const config: Config = {
  ...sampleConfig,
  plans: { team: { name: 'Team', machineAccess: true, maxKeys: 100, rateLimit: null, quota: null } },
  expiry: { presetsDays: [30, 60, 90], retentionDays: 90 },
  // Longer than any life here: what is unused is no part of this model.
  notices: { defaultDays: [30, 14, 7, 1], unusedDays: 3650 },
};

export const stores = {
  keys: keyStore(table, 90),
  organizations: organizationStore(table),
  events: eventStore({ table, nowMs: () => stage.nowMs, newEventId: () => stage.newId('evt', 20), retentionDays: 400, pause: noPause }),
  eventLog: eventReader(table, () => stage.nowMs),
  checkpoints: checkpointStore(table),
  idempotency: idempotencyStore(table),
  members: memberStore(table),
  due: dueStore(table),
  notices: noticeStore(table),
  suppressions: suppressionStore(table),
};

export const dependencies = {
  nowMs: () => stage.nowMs,
  keysTableStores: () => stores,
  sweepState: () => sweepStateStore(table),
};

export const usageDependencies = {
  usageStores: () => ({ hours: () => Promise.resolve([]), lastUses: () => Promise.resolve(new Map()), idleSince: () => Promise.resolve([]) }),
};

export const keysDependencies = {
  stores,
  mint: () => Promise.resolve({ token: '', minted: { ...sampleMinted, keyId: stage.newId('key', 12) } }),
};

export const mailTools = (): Omit<Delivery, 'untilMs'> => ({
  stores,
  mailer: stage.mailer,
  lastUses: () => Promise.resolve(new Map<string, string>()),
  nowMs: () => stage.nowMs,
  pause: noPause,
  look: { locale: 'en-GB', keyUrl: null, managementUrl: 'https://api.example.com' },
  maxPerDay: 500,
});
