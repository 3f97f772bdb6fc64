import assert from 'node:assert/strict';
import * as z from 'zod';
import type { Report } from './report.ts';
import type { System } from './system.ts';
import { allItems } from './tables.ts';

const tablesShape = z.object({ TableNames: z.array(z.string()) });

/** A token is in the 201 that issued it and nowhere else: not in a log line, not in a table. */
export async function secrecy({ operator, tokens, secrets }: System, report: Report): Promise<void> {
  const hidden = [...tokens.map((token) => token.slice(20, 52)), ...secrets];
  await report.part('A token is nowhere but in the answer that issued it', async () => {
    await report.check('no log line of any function holds a token, its secret part, an access token or a step-up', async () => {
      const lines: string[] = [];
      for (const group of await operator.logGroups()) lines.push(...(await operator.logLines(group)));
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
  });
}

function expectNoneOf(secrets: readonly string[], texts: readonly string[]): void {
  assert.ok(secrets.length > 0 && secrets.every(({ length }) => length >= 32), 'A secret is too short to be looked for.');
  for (const text of texts) {
    assert.ok(!secrets.some((secret) => text.includes(secret)), `A secret is in: ${text.slice(0, 200)}`);
  }
}
