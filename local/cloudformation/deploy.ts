import * as z from 'zod';
import type { PlatformServices } from '../services.ts';
import type { AssemblyStack } from './assembly.ts';
import { handlerFor } from './handlers.ts';
import { noValue, resolveValue } from './intrinsics.ts';
import type { Scope } from './intrinsics.ts';
import { parameterValues } from './parameters.ts';
import { resourceOrder } from './resourceOrder.ts';
import type { CreatedResource } from './resourceTypes.ts';
import { finishText } from './dynamicReferences.ts';

/** Outputs by stack name. */
export type StackOutputs = Record<string, Record<string, string>>;

/** What stacks show each other. */
interface Shared {
  readonly outputs: StackOutputs;
  readonly exports: Map<string, unknown>;
}

/** Brings the stacks of an assembly into being, in order, and answers their outputs. */
export async function deploy(stacks: readonly AssemblyStack[], services: PlatformServices): Promise<StackOutputs> {
  const shared: Shared = { outputs: {}, exports: new Map() };
  for (const stack of stacks) await deployStack(stack, shared, services);
  return shared.outputs;
}

async function deployStack(stack: AssemblyStack, shared: Shared, services: PlatformServices): Promise<void> {
  const { Resources, Outputs } = stack.template;
  const created = new Map<string, CreatedResource>();
  const scope = scopeOf({ stack, created, shared, services });
  for (const logicalId of resourceOrder(stack.template)) {
    const resource = Resources[logicalId];
    if (!resource || (resource.Condition !== undefined && !scope.condition(resource.Condition))) continue;
    const metadataPath = resource.Metadata['aws:cdk:path'];
    const cdkPath = typeof metadataPath === 'string' ? metadataPath : logicalId;
    try {
      const properties = resolveValue(resource.Properties, scope) as Record<string, unknown>;
      const resolved = { type: resource.Type, stack: stack.name, stackId: stackId(stack, services), logicalId, properties, cdkPath, assets: stack.assets };
      created.set(logicalId, await handlerFor(resource.Type)(resolved, services));
    } catch (error) {
      throw new Error(`Stack ${stack.name}, resource ${cdkPath} (${resource.Type}): ${reasonOf(error)}`, { cause: error });
    }
  }
  const shown = Object.entries(Outputs).filter(([, { Condition }]) => Condition === undefined || scope.condition(Condition));
  for (const [, { Value, Export }] of shown) if (Export) shared.exports.set(String(resolveValue(Export.Name, scope)), resolveValue(Value, scope));
  shared.outputs[stack.name] = Object.fromEntries(shown.map(([name, { Value }]) => [name, String(resolveValue(Value, scope))]));
}

function scopeOf({ stack, created, shared, services }: { stack: AssemblyStack; created: ReadonlyMap<string, CreatedResource>; shared: Shared; services: PlatformServices }): Scope {
  const { template } = stack;
  const parameters = parameterValues(template, services);
  const pseudo = pseudoParameters(stack, services);
  const scope: Scope = {
    region: services.region,
    ref: (name) => {
      if (name in pseudo) return pseudo[name];
      return parameters.has(name) ? parameters.get(name) : known(created.get(name), `resource or parameter "${name}"`).ref;
    },
    getAtt: (logicalId, attribute) => {
      const { attributes } = known(created.get(logicalId), `resource "${logicalId}"`);
      return known(attributes?.[attribute], `attribute ${attribute} of ${logicalId} on the local platform`);
    },
    importValue: (name) => known(shared.exports.get(name), `export "${name}"`),
    stackOutput: (stackName, output) => known(shared.outputs[stackName]?.[output], `output ${output} of a stack ${stackName} that was deployed before`),
    findInMap: (map, first, second) => known(template.Mappings[map]?.[first]?.[second], `entry ${first}, ${second} in a mapping ${map}`),
    condition: (name) => resolveValue(known(template.Conditions[name], `condition "${name}"`), scope) === true,
    finishText: (text) => finishText(text, services),
  };
  return scope;
}

function pseudoParameters(stack: AssemblyStack, services: PlatformServices): Readonly<Record<string, unknown>> {
  return {
    'AWS::AccountId': services.accountId,
    'AWS::Region': services.region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack.name,
    'AWS::StackId': stackId(stack, services),
    'AWS::NotificationARNs': [],
    'AWS::NoValue': noValue,
  };
}

function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`There is no ${what}.`);
  return value;
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
}

function stackId(stack: AssemblyStack, { region, accountId }: PlatformServices): string {
  return `arn:aws:cloudformation:${region}:${accountId}:stack/${stack.name}/00000000-0000-0000-0000-000000000000`;
}
