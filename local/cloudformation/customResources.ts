import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { persisted } from '../persisted.ts';
import type { CreatedResource, ResolvedResource } from './resourceTypes.ts';

const answerSchema = z.object({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().optional(),
  PhysicalResourceId: z.string().optional(),
  Data: z.record(z.string(), z.unknown()).nullish(),
});
type Answer = z.infer<typeof answerSchema>;

const applied = z.object({ properties: z.record(z.string(), z.unknown()), physicalResourceId: z.string(), data: z.record(z.string(), z.unknown()) });
type Applied = z.infer<typeof applied>;

/** Custom resources: functions that CloudFormation calls, and that answer by a PUT to an address in the event. */
export interface CustomResources {
  /**
   * Brings the resource to its properties: Create the first time, Update when they differ from those of the last
   * start, nothing when they are the same. Throws what the function gave as the reason of a failure.
   */
  apply(resource: ResolvedResource): Promise<CreatedResource>;
  /** A function's answer to the event with this id; false when nobody waits for it. */
  receive(id: string, body: unknown): boolean;
}

export interface CustomResourceOptions {
  readonly dataDir: string | undefined;
  /** Address that answers go to; the id is put behind it. */
  readonly responseUrl: string;
  /** Calls the function; resolves to an error text when it failed before it answered. */
  readonly invoke: (functionArn: string, event: object) => Promise<string | undefined>;
  readonly timeLimitMs?: number;
}

export function createCustomResources(options: CustomResourceOptions): CustomResources {
  const state = persisted({ dataDir: options.dataDir, name: 'custom-resources', schema: z.record(z.string(), applied), initial: {} });
  const waiting = new Map<string, (answer: unknown) => void>();

  const ask = async (resource: ResolvedResource, request: object): Promise<Answer> => {
    const id = randomUUID();
    const answered = Promise.withResolvers<unknown>();
    waiting.set(id, answered.resolve);
    const limit = options.timeLimitMs ?? 120_000;
    const timer = setTimeout(() => answered.reject(new Error(`The custom resource ${resource.cdkPath} did not answer within ${limit / 1000} s.`)), limit);
    try {
      const event = { ...baseEvent(resource), RequestId: randomUUID(), ResponseURL: `${options.responseUrl}/${id}`, ...request };
      const failure = options.invoke(serviceToken(resource), event);
      failure.then((reason) => reason !== undefined && answered.reject(new Error(reason)), answered.reject);
      return answerSchema.parse(await answered.promise);
    } finally {
      clearTimeout(timer);
      waiting.delete(id);
    }
  };

  const changeTo = async (resource: ResolvedResource, properties: Applied['properties'], old: Applied | undefined): Promise<Applied> => {
    const answer = await ask(resource, old ? updateOf(old, properties) : { RequestType: 'Create', ResourceProperties: properties });
    if (answer.Status === 'FAILED') throw new Error(`The custom resource ${resource.cdkPath} failed: ${answer.Reason ?? 'no reason given'}`);
    const physicalResourceId = answer.PhysicalResourceId ?? old?.physicalResourceId ?? resource.logicalId;
    return { properties, physicalResourceId, data: answer.Data ?? {} };
  };

  return {
    async apply(resource) {
      const key = `${resource.stack}/${resource.logicalId}`;
      const properties = stringified(resource.properties) as Applied['properties'];
      const old = state.value[key];
      if (old && isDeepStrictEqual(old.properties, properties)) return created(old);
      const changed = await changeTo(resource, properties, old);
      state.value[key] = changed;
      state.save();
      if (old && old.physicalResourceId !== changed.physicalResourceId)
        await ask(resource, { RequestType: 'Delete', PhysicalResourceId: old.physicalResourceId, ResourceProperties: old.properties });
      return created(changed);
    },
    receive(id, body) {
      const resolve = waiting.get(id);
      resolve?.(body);
      return resolve !== undefined;
    },
  };
}

function updateOf(old: Applied, properties: Applied['properties']): object {
  return {
    RequestType: 'Update',
    PhysicalResourceId: old.physicalResourceId,
    ResourceProperties: properties,
    OldResourceProperties: old.properties,
  };
}

function created({ physicalResourceId, data }: Applied): CreatedResource {
  return { ref: physicalResourceId, attributes: data };
}

function baseEvent({ stackId, type, logicalId }: ResolvedResource): object {
  return { StackId: stackId, ResourceType: type, LogicalResourceId: logicalId };
}

function serviceToken({ properties, cdkPath }: ResolvedResource): string {
  const token = properties['ServiceToken'];
  if (typeof token !== 'string') throw new Error(`The custom resource ${cdkPath} has no ServiceToken.`);
  return token;
}

/** CloudFormation hands every scalar to a custom resource as text. */
function stringified(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stringified);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, stringified(entry)]));
  return String(value);
}
