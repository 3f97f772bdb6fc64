import assert from 'node:assert/strict';
import * as z from 'zod';
import type { Mailbox } from './mailbox.ts';
import type { Report } from './report.ts';
import type { System } from './system.ts';
import { allItems } from './tables.ts';

const tablesShape = z.object({ TableNames: z.array(z.string()) });

/** A token is in the 201 that issued it and nowhere else: not in a log line, not in a table, not in a mail. */
export async function secrecy({ system, mailbox }: { system: System; mailbox: Mailbox }, report: Report): Promise<void> {
  const { operator, tokens, secrets } = system;
  const hidden = [...tokens.map((token) => token.slice(20, 52)), ...secrets];
  await report.part('A token is nowhere but in the answer that issued it', async () => {
    await report.check('no log line of any function holds a token, its secret part, an access token or a step-up', async () => {
      const lines = await operator.logLines(...(await operator.logGroups()));
      assert.ok(lines.some((line) => line.includes('"revoked_key"')), 'The logs were not read: the refusals are missing.');
      expectNoneOf(hidden, lines);
    });
    await report.check('no item of any table holds one of them', async () => {
      const { TableNames } = tablesShape.parse(await operator.aws('dynamodb', 'list_tables', {}));
      const items: string[] = [];
      for (const table of TableNames) items.push(...(await allItems(operator, table)).map((item) => JSON.stringify(item)));
      assert.ok(items.some((item) => item.includes(`key_${tokens[1]?.slice(8, 20)}`)), 'The tables were not read: the keys are missing.');
      expectNoneOf(hidden, items);
    });
    await report.check('no mail holds one of them', async () => {
      const mails = await mailbox.all();
      assert.ok(mails.some(({ text }) => text.includes('gw_live_')), 'The mails were not read: the masked tokens are missing.');
      expectNoneOf(hidden, mails.flatMap(({ subject, text, html }) => [subject, text, html].map((part) => part.replaceAll(/\s/g, ''))));
    });
  });
}

function expectNoneOf(secrets: readonly string[], texts: readonly string[]): void {
  assert.ok(secrets.length > 0 && secrets.every(({ length }) => length >= 32), 'A secret is too short to be looked for.');
  for (const text of texts) {
    assert.ok(!secrets.some((secret) => text.includes(secret)), `A secret is in: ${text.slice(0, 200)}`);
  }
}
