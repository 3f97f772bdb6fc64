import * as z from 'zod';
import type { Suppression } from '../../shared/notices/suppressions.ts';
import { keysTableStores, nowMs } from '../dependencies.ts';
import { log } from '../log.ts';
import { toIso } from '../../shared/time.ts';

const { suppressions } = keysTableStores();

/** What is needed of the events that SES publishes; they hold more. */
const sesEvent = z.object({
  detail: z.object({
    bounce: z.object({ bounceType: z.string(), bouncedRecipients: z.array(z.object({ emailAddress: z.string() })) }).optional(),
    complaint: z.object({ complainedRecipients: z.array(z.object({ emailAddress: z.string() })) }).optional(),
  }),
});

/**
 * Takes what comes back from SES: an address that cannot be delivered to, or whose owner has complained, gets no more
 * mails. A full mailbox and the like (`Transient`) is no reason; of a complaint and a bounce, the complaint stays.
 */
export async function handler(event: unknown): Promise<void> {
  const { bounce, complaint } = sesEvent.parse(event).detail;
  const bounced = bounce?.bounceType === 'Permanent' ? bounce.bouncedRecipients : [];
  for (const { emailAddress } of bounced) await suppress(emailAddress, 'bounce');
  for (const { emailAddress } of complaint?.complainedRecipients ?? []) await suppress(emailAddress, 'complaint');
}

async function suppress(address: string, reason: Suppression['reason']): Promise<void> {
  const email = plainAddress(address);
  await suppressions.put({ email, reason, at: toIso(nowMs()) });
  log('WARN', 'address suppressed', { reason });
}

/** SES may give a display name beside the address. */
function plainAddress(address: string): string {
  return (/<([^<>]+)>\s*$/.exec(address)?.[1] ?? address).trim().toLowerCase();
}
