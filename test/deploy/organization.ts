import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { loggedRefusals, logGroupOf } from './authorizerLog.ts';
import { expectProblemStatus, expectStatus } from './expectations.ts';
import type { Report } from './report.ts';
import type { System } from './system.ts';
import { keysTable } from './tables.ts';
import type { Tenant } from './tenant.ts';

// The product promises 10 s; what is asked in between takes its time too.
const seenWithinMs = 11_500;

const states: readonly (readonly [what: string, body: object, code: string])[] = [
  ['of a suspended organization', { status: 'suspended' }, 'organization_suspended'],
  ['on a plan without machine access', { status: 'approved', plan: 'free' }, 'plan_lacks_m2m'],
  ['of a product that is not enabled', { plan: 'team', products: ['invoices'] }, 'product_not_enabled'],
];

/** Keys follow the state of their organization within ten seconds. */
export async function organizationStates(system: System, tenant: Tenant, report: Report): Promise<void> {
  const { order, operator } = system;
  const { token } = tenant.key;
  const followed = (what: string, code: string, change: () => Promise<void>) =>
    report.check(`the keys ${what} are refused within 10 s with 403, as ${code}`, async () => {
      const group = await logGroupOf(operator, 'KeyAuthorizer');
      await change();
      await until(async () => {
        const answer = await order(token);
        // Still let in, or refused for what was before.
        if (answer.status === 200) return 'let in';
        expectProblemStatus(answer, 403);
        return (await loggedRefusals(operator, group)).at(-1)?.code;
      }, code);
    });

  await report.part('Keys follow the state of their organization', async () => {
    for (const [what, body, code] of states) {
      await followed(what, code, async () => expectStatus(await tenant.patch(body), 200));
    }
    // The API leads no organization back to where it is not approved.
    await followed('of an organization that is not approved', 'organization_not_approved', () => setPending(system, tenant));
    await report.check('they are let in again within 10 s of its being approved', async () => {
      expectStatus(await tenant.patch({ status: 'approved', products: ['orders'] }), 200);
      await until(async () => (await order(token)).status, 200);
    });
  });
}

async function setPending({ operator }: System, { id }: Tenant): Promise<void> {
  await operator.aws('dynamodb', 'update_item', {
    TableName: await keysTable(operator),
    Key: { pk: { S: `ORG#${id}` }, sk: { S: 'ORG' } },
    ConditionExpression: 'attribute_exists(pk)',
    UpdateExpression: 'SET #status = :status',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':status': { S: 'pending' } },
  });
}

async function until<T>(look: () => Promise<T>, expected: T): Promise<void> {
  const deadlineMs = performance.now() + seenWithinMs;
  let seen = await look();
  while (seen !== expected && performance.now() < deadlineMs) {
    await sleep(250);
    seen = await look();
  }
  assert.equal(seen, expected);
}
