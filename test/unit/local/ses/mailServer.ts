import { createServer } from 'node:http';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import type { SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { listen } from '../../../../local/listen.ts';
import { answerMailRequest } from '../../../../local/ses/api.ts';
import { createMail } from '../../../../local/ses/mail.ts';
import type { Mail } from '../../../../local/ses/mail.ts';
import type { BusEvent } from '../../../../local/ses/mailEvents.ts';

export interface MailServer {
  readonly mail: Mail;
  /** What was put on the event bus. */
  readonly events: BusEvent[];
  /** AWS's own client; it tries once. */
  readonly client: SESv2Client;
  readonly url: string;
  close(): Promise<void>;
}

/** SES on a port of its own, at 2026-11-22T09:15:00Z, with a configuration set `mails` that publishes everything. */
export async function startMailServer(options: { dataDir?: string } = {}): Promise<MailServer> {
  const events: BusEvent[] = [];
  let count = 0;
  const mail = createMail({
    dataDir: options.dataDir,
    region: 'eu-central-1',
    accountId: '000000000000',
    nowMs: () => Date.UTC(2026, 10, 22, 9, 15),
    uuid: () => `uuid-${(count += 1)}`,
    publish: (event) => void events.push(event),
  });
  mail.senders.addConfigurationSet({ name: 'mails', suppressedReasons: ['BOUNCE', 'COMPLAINT'], published: new Set(['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT']) });
  const { url, close } = await listen(createServer((incoming, response) => void answerMailRequest(mail, incoming, response)), 0);
  const client = new SESv2Client({ endpoint: url, region: 'eu-central-1', maxAttempts: 1, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  const stop = async (): Promise<void> => {
    client.destroy();
    await close();
  };
  return { mail, events, client, url, close: stop };
}

/** A mail that is in order. */
export const aMail: SendEmailCommandInput & { Content: { Simple: NonNullable<NonNullable<SendEmailCommandInput['Content']>['Simple']> } } = {
  FromEmailAddress: 'Gatewarden <keys@example.com>',
  Destination: { ToAddresses: ['ada@example.com'] },
  ConfigurationSetName: 'mails',
  Content: {
    Simple: {
      Subject: { Data: '2 keys expire · soon', Charset: 'UTF-8' },
      Body: { Text: { Data: 'Two keys.' }, Html: { Data: '<p>Two keys.</p>' } },
    },
  },
};

/** The same, with another message. */
export function aMailWith(message: Partial<(typeof aMail)['Content']['Simple']>): SendEmailCommandInput {
  return { ...aMail, Content: { Simple: { ...aMail.Content.Simple, ...message } } };
}
