import * as z from 'zod';
import type { ServiceCall } from '../aws/jsonProtocol.ts';
import { ServiceError } from '../aws/jsonProtocol.ts';
import { persisted } from '../persisted.ts';

export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/** SSM Parameter Store. */
export interface ParameterStore {
  get(name: string): Parameter | undefined;
  put(parameter: Parameter): void;
  /** GetParameter, GetParameters, PutParameter by the AWS JSON protocol. */
  readonly call: ServiceCall;
}

const stored = z.record(z.string(), z.object({ name: z.string(), type: z.string(), value: z.string(), version: z.number(), modifiedMs: z.number() }));
type Stored = z.infer<typeof stored>[string];

// What `cdk bootstrap` leaves in an account; templates check its version.
const bootstrapVersion = /^\/cdk-bootstrap\/[^/]+\/version$/u;

const operations = {
  GetParameter: z.object({ Name: z.string() }),
  GetParameters: z.object({ Names: z.array(z.string()) }),
  PutParameter: z.object({ Name: z.string(), Value: z.string(), Type: z.string().default('String'), Overwrite: z.boolean().default(false) }),
} as const;

export function createParameterStore(options: { dataDir: string | undefined; arnPrefix: string; nowMs: () => number }): ParameterStore {
  const state = persisted({ dataDir: options.dataDir, name: 'parameters', schema: stored, initial: {} });
  const find = (name: string): Stored | undefined => state.value[name.startsWith('arn:') ? name.slice(name.indexOf(':parameter') + 10) : name];
  const put = ({ name, type, value }: Parameter): Stored => {
    const old = state.value[name];
    if (old?.value === value && old.type === type) return old;
    const entry = { name, type, value, version: (old?.version ?? 0) + 1, modifiedMs: options.nowMs() };
    state.value[name] = entry;
    state.save();
    return entry;
  };
  const show = ({ name, type, value, version, modifiedMs }: Stored): object => ({
    Name: name,
    Type: type,
    Value: value,
    Version: version,
    LastModifiedDate: modifiedMs / 1000,
    ARN: `${options.arnPrefix}:parameter/${name.replace(/^\//u, '')}`,
    DataType: 'text',
  });
  return {
    get: (name) => find(name) ?? (bootstrapVersion.test(name) ? { name, type: 'String', value: '30' } : undefined),
    put: (parameter) => void put(parameter),
    call(operation, input) {
      if (operation === 'GetParameter') {
        const { Name } = operations.GetParameter.parse(input);
        const parameter = find(Name);
        if (!parameter) throw new ServiceError('ParameterNotFound', `Parameter ${Name} not found.`);
        return { Parameter: show(parameter) };
      }
      if (operation === 'GetParameters') {
        const { Names } = operations.GetParameters.parse(input);
        return {
          Parameters: Names.flatMap((name) => find(name) ?? []).map(show),
          InvalidParameters: Names.filter((name) => !find(name)),
        };
      }
      if (operation === 'PutParameter') {
        const { Name, Value, Type, Overwrite } = operations.PutParameter.parse(input);
        if (find(Name) && !Overwrite) throw new ServiceError('ParameterAlreadyExists', 'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.');
        return { Version: put({ name: Name, type: Type, value: Value }).version, Tier: 'Standard' };
      }
      throw ServiceError.unknownOperation(operation);
    },
  };
}
