import assert from 'node:assert/strict';
import * as z from 'zod';
import { logGroupOf } from './authorizerLog.ts';
import { expectProblem, expectProblemStatus, expectStatus } from './expectations.ts';
import type { Operator } from './operator.ts';
import type { Report } from './report.ts';
import type { System } from './system.ts';

/** What the authorizer cannot read, it does not let in. Also shows that the emulator enforces the roles' policies. */
export async function failsClosed(system: System, report: Report): Promise<void> {
  const { issue, order, operator } = system;
  await report.part('The key authorizer fails closed', async () => {
    const { token } = await report.step('a key is issued', () => issue());
    await report.check('a valid key is refused with 500 while the authorizer may not read, and let in again after', async () => {
      await withRights(operator, () => false, async () => void expectProblem(await order(token), 500, 'internal_error'));
      expectStatus(await order(token), 200);
    });
    await report.check('a limited key is let in while its requests cannot be counted, as configured, and the log says so', () => uncounted(system));
  });
}

async function uncounted({ issue, order, revoke, operator }: System): Promise<void> {
  const limited = await issue({ rateLimit: { limit: 2, windowSec: 86_400 } });
  const group = await logGroupOf(operator, 'KeyAuthorizer');
  const failures = async () => (await operator.logLines(group)).filter((line) => line.includes('"limit not counted"')).length;
  assert.equal(await failures(), 0);
  const mayNotWrite = ({ Action }: Statement) => ![Action].flat().includes('dynamodb:UpdateItem');
  await withRights(operator, mayNotWrite, async () => {
    for (let call = 0; call < 2; call += 1) expectStatus(await order(limited.token), 200);
    // Each container lets through as many as the limit, and no more.
    expectProblemStatus(await order(limited.token), 429);
    // Authentication is no matter of choice.
    expectStatus(await revoke(limited.key.id), 200);
    expectProblem(await order(limited.token), 401, 'unauthorized');
  });
  assert.ok((await failures()) > 0, 'Nothing is logged.');
}

const statementShape = z.looseObject({ Action: z.union([z.string(), z.array(z.string())]) });
type Statement = z.infer<typeof statementShape>;
const namesShape = z.object({ PolicyNames: z.tuple([z.string()]) });
const policyShape = z.object({ PolicyDocument: z.looseObject({ Statement: z.array(statementShape) }) });

/** Leaves the authorizer only the rights that are kept, for as long as `body` takes. */
async function withRights(operator: Operator, isKept: (statement: Statement) => boolean, body: () => Promise<void>): Promise<void> {
  const roles = await operator.resources('Gatewarden-Api', 'AWS::IAM::Role');
  const RoleName = roles.find(({ logicalId }) => logicalId.startsWith('KeyAuthorizer'))?.physicalId;
  const { PolicyNames } = namesShape.parse(await operator.aws('iam', 'list_role_policies', { RoleName }));
  const policy = { RoleName, PolicyName: PolicyNames[0] };
  const { PolicyDocument } = policyShape.parse(await operator.aws('iam', 'get_role_policy', policy));
  const put = (document: object) => operator.aws('iam', 'put_role_policy', { ...policy, PolicyDocument: JSON.stringify(document) });
  const kept = PolicyDocument.Statement.filter(isKept);
  assert.ok(kept.length < PolicyDocument.Statement.length, 'No right is taken away.');
  if (kept.length > 0) await put({ ...PolicyDocument, Statement: kept });
  else await operator.aws('iam', 'delete_role_policy', policy);
  try {
    await body();
  } finally {
    await put(PolicyDocument);
  }
}
