import { DynamoDBClient, ListTablesCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import type { Platform } from '../../local/platform.ts';

/** The local platform asks for credentials as AWS does, and takes any. */
export const testCredentials = { accessKeyId: 'test', secretAccessKey: 'test' };

// The secret part of a token and its checksum; the id before them is public.
const secretLength = 38;

/** Secrets that a test has seen, and the search for them in everything that the system keeps. */
export class LeakWatch {
  readonly #secrets = new Set<string>();

  add(token: string): void {
    this.#secrets.add(token.slice(-secretLength));
  }

  /** Whether a text holds one of the secrets, wherever in it. */
  isIn(text: string): boolean {
    // A secret is letters and digits only, so it lies within one run of them: each place in a run is looked up.
    for (const [run] of text.matchAll(/[0-9A-Za-z]{38,}/g)) {
      for (let at = 0; at + secretLength <= run.length; at += 1) {
        if (this.#secrets.has(run.slice(at, at + secretLength))) return true;
      }
    }
    return false;
  }

  /** Where one of the secrets stands: log lines, mails and table items, events among them. */
  async findIn(platform: Platform): Promise<string[]> {
    const places = [
      ...platform.logs().map(({ functionName, line }) => ({ where: `log of ${functionName}`, text: line })),
      ...platform.mail.messages.list().map((mail) => ({ where: `mail to ${mail.to.join()}`, text: JSON.stringify(mail) })),
      ...(await allItems(platform.awsEndpoint)),
    ];
    return places.filter(({ text }) => this.isIn(text)).map(({ where }) => where);
  }
}

async function allItems(endpoint: string): Promise<{ where: string; text: string }[]> {
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: testCredentials });
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const items: { where: string; text: string }[] = [];
  for (const TableName of TableNames) {
    for await (const page of paginateScan({ client }, { TableName })) {
      items.push(...(page.Items ?? []).map((item) => ({ where: `table ${TableName}`, text: JSON.stringify(item) })));
    }
  }
  client.destroy();
  return items;
}
