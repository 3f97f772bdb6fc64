import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { account } from './emulator.ts';
import type { Emulator } from './emulator.ts';

const mailShape = z.object({ Source: z.string(), To: z.array(z.string()), Subject: z.string(), BodyText: z.string(), BodyHtml: z.string() });
const mailsShape = z.object({ messages: z.record(z.string(), z.array(mailShape)) });

/** A mail as SES took it. */
export interface Mail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What SES was given, instead of its being delivered. */
export interface Mailbox {
  /** Every mail, oldest first. */
  all(): Promise<readonly Mail[]>;
  /** Every mail to an address, oldest first, as soon as there are so many of them; what there is after 60 s. */
  to(address: string, count: number): Promise<readonly Mail[]>;
}

// What is done to a key is mailed within a minute.
const toldWithinMs = 60_000;

export function createMailbox({ endpoint }: Emulator): Mailbox {
  const all = async (): Promise<readonly Mail[]> => {
    const answer = await fetch(`${endpoint}/_ministack/ses/messages?account=${account}`);
    const { messages } = mailsShape.parse(await answer.json());
    return (messages[account] ?? []).map(({ Source: from, To, Subject: subject, BodyText: text, BodyHtml: html }) => ({ from, to: To.join(), subject, text, html }));
  };
  return {
    all,
    async to(address, count) {
      const deadlineMs = performance.now() + toldWithinMs;
      for (;;) {
        const mails = (await all()).filter(({ to }) => to === address);
        if (mails.length >= count || performance.now() >= deadlineMs) return mails;
        await sleep(250);
      }
    },
  };
}
