import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Operator } from './operator.ts';

const refusalShape = z.object({ message: z.literal('refused'), code: z.string(), keyId: z.string().nullable(), sourceIp: z.string() });

export type LoggedRefusal = z.infer<typeof refusalShape>;

/** Which authorizer: the one before integrators' APIs, or the one before the management API. */
export type AuthorizerName = 'KeyAuthorizer' | 'ManagementAuthorizer';

/** Physical name of an authorizer's log group. */
export async function logGroupOf(operator: Operator, authorizer: AuthorizerName): Promise<string> {
  const groups = await operator.resources('Gatewarden-Api', 'AWS::Logs::LogGroup');
  const group = groups.find(({ logicalId }) => logicalId.startsWith(authorizer));
  if (!group) throw new Error(`Stack Gatewarden-Api has no log group of ${authorizer}.`);
  return group.physicalId;
}

/** What an authorizer has written down about its refusals, oldest first. */
export async function loggedRefusals(operator: Operator, group: string): Promise<readonly LoggedRefusal[]> {
  const lines = await operator.logLines(group);
  return lines.flatMap((line) => {
    const refusal = refusalShape.safeParse(parseJson(line));
    return refusal.success ? [refusal.data] : [];
  });
}

/** Asserts that exactly these refusals were logged since `count` of them were there. */
export async function expectRefusals(
  operator: Operator,
  options: { group: string; since: number; expected: readonly { code: string; keyId: string | null }[] },
): Promise<void> {
  const { group, since, expected } = options;
  let logged: readonly LoggedRefusal[] = [];
  // A log line may be there a moment after the answer.
  for (let attempt = 0; attempt < 10 && logged.length < expected.length; attempt += 1) {
    if (attempt > 0) await sleep(200);
    logged = (await loggedRefusals(operator, group)).slice(since);
  }
  assert.deepEqual(logged.map(({ code, keyId }) => ({ code, keyId })), expected);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
