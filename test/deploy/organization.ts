import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { loggedRefusals, logGroupOf } from './authorizerLog.ts';
import { expectProblemStatus } from './expectations.ts';
import type { Report } from './report.ts';
import type { System } from './system.ts';
import { keysTable } from './tables.ts';

// The product promises 10 s; what is asked in between takes its time too.
const seenWithinMs = 11_500;

const approved = { status: 'approved', plan: 'enterprise', products: ['orders', 'invoices'] };
type State = typeof approved;

const states: readonly (readonly [what: string, State, code: string])[] = [
  ['of a suspended organization', { ...approved, status: 'suspended' }, 'organization_suspended'],
  ['of an organization that is not approved', { ...approved, status: 'pending' }, 'organization_not_approved'],
  ['on a plan without machine access', { ...approved, plan: 'free' }, 'plan_lacks_m2m'],
  ['of a product that is not enabled', { ...approved, products: ['invoices'] }, 'product_not_enabled'],
];

/** Keys follow the state of their organization within ten seconds. The state is set in the table itself. */
export async function organizationStates(system: System, report: Report): Promise<void> {
  const { issue, order, operator } = system;
  await report.part('Keys follow the state of their organization', async () => {
    const { token } = await report.step('a key is issued', () => issue());
    const group = await logGroupOf(operator, 'KeyAuthorizer');
    for (const [what, state, code] of states) {
      await report.check(`the keys ${what} are refused within 10 s with 403, as ${code}`, async () => {
        await setState(system, state);
        await until(async () => {
          const answer = await order(token);
          // Still let in, or refused for what was before.
          if (answer.status === 200) return 'let in';
          expectProblemStatus(answer, 403);
          return (await loggedRefusals(operator, group)).at(-1)?.code;
        }, code);
      });
    }
    await report.check('they are let in again within 10 s of the end of it', async () => {
      await setState(system, approved);
      await until(async () => (await order(token)).status, 200);
    });
  });
}

async function setState({ operator, organizationId }: System, { status, plan, products }: State): Promise<void> {
  await operator.aws('dynamodb', 'update_item', {
    TableName: await keysTable(operator),
    Key: { pk: { S: `ORG#${organizationId}` }, sk: { S: 'ORG' } },
    ConditionExpression: 'attribute_exists(pk)',
    UpdateExpression: 'SET #status = :status, #plan = :plan, #products = :products',
    ExpressionAttributeNames: { '#status': 'status', '#plan': 'plan', '#products': 'products' },
    ExpressionAttributeValues: {
      ':status': { S: status },
      ':plan': { S: plan },
      ':products': { L: products.map((product) => ({ S: product })) },
    },
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
