import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import * as z from 'zod';
import type { Cdk, Deployment } from './deploy.ts';
import type { Operator } from './operator.ts';
import type { Report } from './report.ts';
import { stacks } from './stacks.ts';
import { outputOf } from './system.ts';
import { allItems, keysTable } from './tables.ts';

const stack = 'Gatewarden-Bootstrap';
const resourceType = 'Custom::GatewardenBootstrap';

/** Deploying again, and CloudFormation asking again, changes nothing. */
export async function redeploy(
  { cdk, operator, first }: { readonly cdk: Cdk; readonly operator: Operator; readonly first: Deployment },
  report: Report,
): Promise<void> {
  await report.part('A second deployment changes nothing', async () => {
    const before = await report.step('the state is noted', () => state(operator, first));
    const second = await report.step('cdk deploy --all runs again', () => cdk.deployAll());
    await report.check('no stack has changed', () => {
      for (const name of stacks) assert.match(second.output, new RegExp(`${name} \\(no changes\\)`));
      assert.deepEqual(second.outputs, first.outputs);
    });
    for (const requestType of ['Update', 'Create'] as const) {
      await report.check(`the bootstrap, asked to ${requestType} once more, answers what it answered and makes nothing`, async () => {
        const answer = await askBootstrap(operator, requestType);
        assert.equal(answer.Status, 'SUCCESS', answer.Reason);
        assert.equal(answer.PhysicalResourceId, outputOf(first.outputs, stack, 'OrganizationId'));
        assert.deepEqual(await state(operator, first), before);
      });
    }
    await report.check('the bootstrap, asked to Delete, deletes nothing', async () => {
      const answer = await askBootstrap(operator, 'Delete');
      assert.equal(answer.Status, 'SUCCESS', answer.Reason);
      assert.deepEqual(await state(operator, first), before);
    });
  });
}

/** The root token's secret, version included, and all that the table holds. */
async function state(operator: Operator, { outputs }: Deployment): Promise<unknown> {
  const secret = await operator.secret(outputOf(outputs, stack, 'RootTokenSecretName'));
  const items = await allItems(operator, await keysTable(operator));
  return { secret, items: items.map((item) => JSON.stringify(item)).sort() };
}

const answerShape = z.object({ Status: z.string(), Reason: z.string().optional(), PhysicalResourceId: z.string() });
const templateShape = z.object({
  TemplateBody: z.union([z.string(), z.record(z.string(), z.unknown())]),
});
const resourcesShape = z.object({
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() })),
});

/** Sends the bootstrap function what CloudFormation would, with the deployed properties, and takes its answer. */
async function askBootstrap(operator: Operator, requestType: 'Create' | 'Update' | 'Delete'): Promise<z.infer<typeof answerShape>> {
  const [bootstrap] = await operator.resources(stack, 'AWS::Lambda::Function');
  const [resource] = await operator.resources(stack, resourceType);
  if (!bootstrap || !resource) throw new Error(`Stack ${stack} has no function or no ${resourceType}.`);
  const properties = await deployedProperties(operator);
  const listener = await listenForAnswer();
  try {
    const event = {
      RequestType: requestType,
      ResponseURL: listener.url,
      StackId: `arn:aws:cloudformation:us-east-1:000000000000:stack/${stack}/again`,
      RequestId: `again-${requestType}`,
      LogicalResourceId: resource.logicalId,
      ResourceType: resourceType,
      ResourceProperties: properties,
      ...(requestType !== 'Create' && { PhysicalResourceId: resource.physicalId }),
      ...(requestType === 'Update' && { OldResourceProperties: properties }),
    };
    await operator.aws('lambda', 'invoke', { FunctionName: bootstrap.physicalId, Payload: JSON.stringify(event) });
    return answerShape.parse(JSON.parse(await listener.answer));
  } finally {
    listener.close();
  }
}

/** As CloudFormation hands them over: numbers as texts. */
async function deployedProperties(operator: Operator): Promise<Record<string, unknown>> {
  const { TemplateBody } = templateShape.parse(await operator.aws('cloudformation', 'get_template', { StackName: stack }));
  const { Resources } = resourcesShape.parse(typeof TemplateBody === 'string' ? JSON.parse(TemplateBody) : TemplateBody);
  const properties = Object.values(Resources).find(({ Type }) => Type === resourceType)?.Properties ?? {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]),
  );
}

interface Listener {
  readonly url: string;
  /** The body of the one request that comes. */
  readonly answer: Promise<string>;
  close(): void;
}

async function listenForAnswer(): Promise<Listener> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const timer = setTimeout(() => reject(new Error('The bootstrap did not answer within 30 s.')), 30_000);
  // A rejection that nobody waits for any more is not an error of its own.
  promise.catch(() => {});
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      response.end();
      resolve(Buffer.concat(parts).toString('utf8'));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The listener has no port.');
  const close = () => {
    clearTimeout(timer);
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${address.port}/answer`, answer: promise, close };
}
