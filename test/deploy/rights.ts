import assert from 'node:assert/strict';
import { attempts, usageAttempts } from './attempts.ts';
import type { Attempt, Targets } from './attempts.ts';
import type { Operator } from './operator.ts';
import type { Report } from './report.ts';
import { rows } from './roles.ts';
import type { Row } from './roles.ts';
import { stacks } from './stacks.ts';
import { allItems, keysStream, keysTable, usageTable } from './tables.ts';

/** The roles as they were deployed: each tries everything that the tables, the secrets and `BindMember` offer. */
export async function deployedRights(operator: Operator, report: Report): Promise<void> {
  await report.part('Functions hold the rights they need and no others', async () => {
    await report.check('every deployed function is among those asked', async () => {
      for (const stack of stacks) {
        const functions = await operator.resources(stack, 'AWS::Lambda::Function');
        const known = rows.filter((row) => row.stack === stack);
        const unknown = functions.filter(({ logicalId }) => !known.some(({ role }) => logicalId.startsWith(role)));
        assert.deepEqual(unknown.map(({ logicalId }) => logicalId), [], stack);
        assert.equal(functions.length, known.length, stack);
      }
    });
    const targets = await report.step('tables, secrets and the function are found', () => findTargets(operator));
    const before = await report.step('what is there is noted', () => contents(operator, targets));
    for (const row of rows) {
      await report.check(`${row.stack} ${row.role}`, async () => {
        const { may, ofUsage = {} } = row;
        assert.deepEqual(await mayDo(operator, { arn: await roleArn(operator, row), targets }), { may, ofUsage });
      });
    }
    await report.check('their trying has changed nothing', async () => assert.deepEqual(await contents(operator, targets), before));
  });
}

/** The items of the tables and the current values of the secrets. */
async function contents(operator: Operator, { table, usageTable: ofUsage, secrets }: Targets): Promise<unknown> {
  const items = [...(await allItems(operator, table)), ...(await allItems(operator, ofUsage))];
  const values = await Promise.all(Object.values(secrets).map((name) => operator.secret(name)));
  return { items: items.map((item) => JSON.stringify(item)).sort(), values };
}

type May = Readonly<Record<string, string>>;

async function mayDo(operator: Operator, { arn, targets }: { arn: string; targets: Targets }): Promise<{ may: May; ofUsage: May }> {
  const all = [...attempts(targets), ...usageAttempts(targets)];
  const answers = await operator.asRole(arn, all.map(({ call }) => call));
  assert.equal(answers.length, all.length);
  const allowed = all.filter((_, at) => answers[at]);
  return { may: byAction(allowed.filter(({ ofUsage }) => !ofUsage)), ofUsage: byAction(allowed.filter(({ ofUsage }) => ofUsage)) };
}

function byAction(allowed: readonly Attempt[]): May {
  const groups = Map.groupBy(allowed, ({ action }) => action);
  return Object.fromEntries([...groups].map(([action, group]) => [action, group.map(({ where }) => where).sort().join(' ')]));
}

async function findTargets(operator: Operator): Promise<Targets> {
  const find = async (stack: string, type: string, begin: string) => {
    const found = (await operator.resources(stack, type)).find(({ logicalId }) => logicalId.startsWith(begin));
    if (!found) throw new Error(`Stack ${stack} has no ${type} of ${begin}.`);
    return found.physicalId;
  };
  const secret = 'AWS::SecretsManager::Secret';
  const queues = (await operator.resources('Gatewarden-Jobs', 'AWS::SQS::Queue')).map(({ logicalId, physicalId }) => [logicalId.split('Failures')[0], physicalId]);
  return {
    table: await keysTable(operator),
    usageTable: await usageTable(operator),
    streamArn: await keysStream(operator),
    queues: Object.fromEntries(queues) as Record<string, string>,
    configurationSet: await find('Gatewarden-Jobs', 'AWS::SES::ConfigurationSet', 'Mail'),
    bindMember: await find('Gatewarden-Api', 'AWS::Lambda::Function', 'BindMember'),
    secrets: {
      pepper: await find('Gatewarden-Data', secret, 'Pepper'),
      eventSigningSeed: await find('Gatewarden-Data', secret, 'EventSigning'),
      rootToken: await find('Gatewarden-Bootstrap', secret, 'RootToken'),
    },
  };
}

async function roleArn(operator: Operator, { stack, role }: Row): Promise<string> {
  const roles = await operator.resources(stack, 'AWS::IAM::Role');
  const found = roles.filter(({ logicalId }) => logicalId.startsWith(role));
  const [only, ...more] = found;
  if (!only || more.length > 0) throw new Error(`Stack ${stack} has ${found.length} roles of ${role}.`);
  return `arn:aws:iam::000000000000:role/${only.physicalId}`;
}
