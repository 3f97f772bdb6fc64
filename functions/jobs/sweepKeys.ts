import { config } from '../config.ts';
import { keysTableStores, nowMs, sweepState } from '../dependencies.ts';
import { lastUsesOf } from '../lastUses.ts';
import { log } from '../log.ts';
import { countMetrics } from '../metrics.ts';
import { usageStores } from '../usageDependencies.ts';
import { deliverMails } from './mails/deliver.ts';
import type { Delivered } from './mails/deliver.ts';
import { mailTools, recipients } from './mails/mailTools.ts';
import { isServedSince } from './sweep/servedSince.ts';
import { sweep } from './sweep/sweep.ts';
import type { Swept } from './sweep/sweep.ts';

const stores = keysTableStores();
const state = sweepState();
const usage = usageStores();
const tools = mailTools(stores);

// A run stops by itself before Lambda stops it, and says how far it came.
const runMs = 13 * 60_000;
// Of which recording may take so much: more keys of one organization may be due than a run can record, and the mails of
// all others must not wait for them.
const recordMs = 9 * 60_000;

/**
 * The hourly job: records what the dates of keys have brought since the last run, then mails what waits in the outbox.
 * A run with failures ends in an error after everything else is done: it is tried again, and then rests in the queue.
 */
export async function handler(): Promise<Omit<Swept, 'failed'> & { mails: Delivered }> {
  const startMs = nowMs();
  const { found, recorded, failed } = await sweep({
    stores,
    state,
    defaultDays: config.notices.defaultDays,
    usage: { isServedSince, lastUses: lastUsesOf, idleSince: (days) => usage.idleSince(days), unusedDays: config.notices.unusedDays },
    recipients: (key, organization, kind) => recipients(stores, { key, organization, kind }),
    nowMs,
    untilMs: startMs + recordMs,
  });
  const mails = tools === null ? { sent: 0, kept: 0, suppressed: 0 } : await deliverMails({ ...tools, untilMs: startMs + runMs });
  const total = Object.values(recorded).reduce((sum, count) => sum + count, 0);
  countMetrics({ SweepDueKeys: total, MailsSent: mails.sent, MailsFailed: mails.kept, MailsSuppressed: mails.suppressed });
  log('INFO', 'keys swept', { found, recorded, failed, mails });
  if (failed > 0) throw new Error(`The dates of ${failed} of ${found} keys could not be recorded; see the log.`);
  return { found, recorded, mails };
}
