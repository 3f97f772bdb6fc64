import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { loggedRefusals, logGroupOf } from './authorizerLog.ts';
import { expectProblemStatus, expectStatus } from './expectations.ts';
import type { Answer } from './http.ts';
import type { Report } from './report.ts';
import type { System } from './system.ts';
import { keysTable } from './tables.ts';

// The product promises 10 s; the calls in between take their time too.
const seenWithinMs = 11_000;

/** A state of the organization, as DynamoDB writes it, and the refusal that it leads to. */
interface State {
  readonly what: string;
  readonly field: 'status' | 'plan' | 'products';
  readonly value: unknown;
  readonly code: string;
}

const states: readonly State[] = [
  { what: 'a suspended organization', field: 'status', value: { S: 'suspended' }, code: 'organization_suspended' },
  { what: 'an organization that is not approved', field: 'status', value: { S: 'pending' }, code: 'organization_not_approved' },
  { what: 'a plan without machine access', field: 'plan', value: { S: 'free' }, code: 'plan_lacks_m2m' },
  { what: 'a product that is not enabled', field: 'products', value: { L: [{ S: 'invoices' }] }, code: 'product_not_enabled' },
];
const approved = { status: { S: 'approved' }, plan: { S: 'enterprise' }, products: { L: [{ S: 'orders' }, { S: 'invoices' }] } };

/** Keys follow the state of their organization within ten seconds. The state is set in the table itself. */
export async function organizationStates(system: System, report: Report): Promise<void> {
  await report.part('Keys follow the state of their organization', async () => {
    const { issue, order, operator } = system;
    const { token } = await report.step('a key is issued', () => issue());
    const group = await logGroupOf(operator, 'KeyAuthorizer');
    for (const { what, field, value, code } of states) {
      await report.check(`${what} has its keys refused within 10 s, and let in again when it is over`, async () => {
        try {
          await setField(system, field, value);
          expectProblemStatus(await untilStatus(() => order(token), 403), 403);
          assert.equal((await loggedRefusals(operator, group)).at(-1)?.code, code);
        } finally {
          await setField(system, field, approved[field]);
        }
        expectStatus(await untilStatus(() => order(token), 200), 200);
      });
    }
  });
}

async function setField({ operator, organizationId }: System, field: string, value: unknown): Promise<void> {
  await operator.aws('dynamodb', 'update_item', {
    TableName: await keysTable(operator),
    Key: { pk: { S: `ORG#${organizationId}` }, sk: { S: 'ORG' } },
    ConditionExpression: 'attribute_exists(pk)',
    UpdateExpression: 'SET #field = :value',
    ExpressionAttributeNames: { '#field': field },
    ExpressionAttributeValues: { ':value': value },
  });
}

async function untilStatus(send: () => Promise<Answer>, status: number): Promise<Answer> {
  const deadlineMs = performance.now() + seenWithinMs;
  for (;;) {
    const answer = await send();
    if (answer.status === status || performance.now() > deadlineMs) return answer;
    await sleep(250);
  }
}
