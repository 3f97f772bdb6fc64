import assert from 'node:assert/strict';
import * as z from 'zod';
import type { Operator } from './operator.ts';
import type { Report } from './report.ts';
import { keysTable } from './tables.ts';

type Target = 'keys' | 'pepper' | 'rootToken';

/** What a role may do with a target; every other action of `asked` is refused. */
interface Row {
  readonly stack: string;
  /** Begin of the logical id of the function's role. */
  readonly role: string;
  readonly may: Readonly<Record<Target, readonly string[]>>;
}

const asked: Readonly<Record<Target, readonly string[]>> = {
  keys: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:DeleteTable'],
  pepper: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:DeleteSecret'],
  rootToken: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:DeleteSecret'],
};

const get = ['dynamodb:GetItem'];
const write = ['dynamodb:PutItem', 'dynamodb:UpdateItem'];
const getSecret = ['secretsmanager:GetSecretValue'];

const rows: readonly Row[] = [
  { stack: 'Gatewarden-Api', role: 'KeyAuthorizer', may: { keys: get, pepper: getSecret, rootToken: [] } },
  { stack: 'Gatewarden-Api', role: 'ManagementAuthorizer', may: { keys: get, pepper: getSecret, rootToken: [] } },
  { stack: 'Gatewarden-Api', role: 'Keys', may: { keys: [...get, ...write], pepper: getSecret, rootToken: [] } },
  { stack: 'Gatewarden-Api', role: 'Meta', may: { keys: get, pepper: [], rootToken: [] } },
  {
    stack: 'Gatewarden-Bootstrap',
    role: 'Function',
    may: { keys: [...get, 'dynamodb:Query', ...write], pepper: getSecret, rootToken: [...getSecret, 'secretsmanager:PutSecretValue'] },
  },
  { stack: 'Gatewarden-Orders', role: 'OrdersFunction', may: { keys: [], pepper: [], rootToken: [] } },
  { stack: 'Gatewarden-Orders', role: 'WhoamiFunction', may: { keys: [], pepper: [], rootToken: [] } },
];

const simulationShape = z.object({
  EvaluationResults: z.array(z.object({ EvalActionName: z.string(), EvalDecision: z.string() })),
});

/** The roles as they were deployed, asked what they may do. */
export async function deployedRights(operator: Operator, report: Report): Promise<void> {
  await report.part('Functions hold the rights they need and no others', async () => {
    await report.check('every deployed function is among those asked', async () => {
      for (const stack of new Set(rows.map((row) => row.stack))) {
        const functions = await operator.resources(stack, 'AWS::Lambda::Function');
        const known = rows.filter((row) => row.stack === stack);
        const unknown = functions.filter(({ logicalId }) => !known.some(({ role }) => logicalId.startsWith(role)));
        assert.deepEqual(unknown.map(({ logicalId }) => logicalId), [], stack);
        assert.equal(functions.length, known.length, stack);
      }
    });
    const targets = await report.step('tables and secrets are found', () => findTargets(operator));
    for (const row of rows) {
      await report.check(`${row.stack} ${row.role}`, async () => {
        const arn = await roleArn(operator, row);
        for (const target of ['keys', 'pepper', 'rootToken'] as const) {
          assert.deepEqual(await allowed(operator, { arn, actions: asked[target], resource: targets[target] }), row.may[target], target);
        }
      });
    }
  });
}

async function findTargets(operator: Operator): Promise<Record<Target, string>> {
  const secret = async (stack: string) => {
    const [found] = await operator.resources(stack, 'AWS::SecretsManager::Secret');
    if (!found) throw new Error(`Stack ${stack} has no secret.`);
    return found.physicalId;
  };
  const table = await keysTable(operator);
  return {
    keys: `arn:aws:dynamodb:us-east-1:000000000000:table/${table}`,
    pepper: await secret('Gatewarden-Data'),
    rootToken: await secret('Gatewarden-Bootstrap'),
  };
}

async function roleArn(operator: Operator, { stack, role }: Row): Promise<string> {
  const roles = await operator.resources(stack, 'AWS::IAM::Role');
  const found = roles.filter(({ logicalId }) => logicalId.startsWith(role));
  const [only, ...more] = found;
  if (!only || more.length > 0) throw new Error(`Stack ${stack} has ${found.length} roles of ${role}.`);
  return `arn:aws:iam::000000000000:role/${only.physicalId}`;
}

async function allowed(
  operator: Operator,
  { arn, actions, resource }: { readonly arn: string; readonly actions: readonly string[]; readonly resource: string },
): Promise<string[]> {
  const answer = await operator.aws('iam', 'simulate_principal_policy', {
    PolicySourceArn: arn,
    ActionNames: actions,
    ResourceArns: [resource],
  });
  const { EvaluationResults } = simulationShape.parse(answer);
  assert.equal(EvaluationResults.length, actions.length);
  return EvaluationResults.filter(({ EvalDecision }) => EvalDecision === 'allowed').map(({ EvalActionName }) => EvalActionName);
}
