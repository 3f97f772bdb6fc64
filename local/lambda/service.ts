import type { PlatformClock } from '../clock.ts';
import type { LogGroups } from '../cloudwatchlogs/logGroups.ts';
import type { LogStore } from '../logs.ts';
import type { InvokeOutcome, LambdaFunction } from './lambdaFunction.ts';
import { mayInvoke } from './permissions.ts';
import type { InvokePermission, Invoker } from './permissions.ts';
import { createPool } from './pool.ts';
import type { Pool } from './pool.ts';

/** The functions of the platform. */
export interface LambdaService {
  register(lambda: LambdaFunction): void;
  allow(permission: InvokePermission): void;
  /** The function with this name or ARN; else the only one whose name or CDK path holds it. */
  find(name: string): LambdaFunction | undefined;
  /** Whether the function's resource policy lets a service call it. */
  mayInvoke(functionArn: string, invoker: Invoker): boolean;
  /** Runs the function with a JSON payload; an unknown name throws. */
  invoke(name: string, payload: string): Promise<InvokeOutcome>;
  stop(): Promise<void>;
}

export function createLambdaService(options: { clock: PlatformClock; logs: LogStore; logGroups?: Pick<LogGroups, 'put'> }): LambdaService {
  const functions = new Map<string, { lambda: LambdaFunction; pool: Pool }>();
  const permissions: InvokePermission[] = [];
  const lookup = (name: string): { lambda: LambdaFunction; pool: Pool } | undefined => {
    const exact = functions.get(name.startsWith('arn:') ? functionNameOf(name) : name);
    if (exact) return exact;
    const partly = [...functions.values()].filter(({ lambda }) => lambda.name.includes(name) || lambda.cdkPath.includes(name));
    return partly.length === 1 ? partly[0] : undefined;
  };
  return {
    register(lambda) {
      const log = (line: string, logStream: string): void => {
        options.logs.append({ at: new Date(options.clock.nowMs()).toISOString(), functionName: lambda.name, cdkPath: lambda.cdkPath, line });
        options.logGroups?.put({ logGroup: lambda.logGroup, logStream }, line);
      };
      functions.set(lambda.name, { lambda, pool: createPool({ lambda, clock: options.clock.shared, log }) });
    },
    allow: (permission) => void permissions.push(permission),
    find: (name) => lookup(name)?.lambda,
    mayInvoke: (functionArn, invoker) => mayInvoke(permissions, functionArn, invoker),
    invoke(name, payload) {
      const found = lookup(name);
      if (!found) throw new Error(`There is no function "${name}" (or several). Functions: ${[...functions.keys()].join(', ')}.`);
      return found.pool.invoke(payload);
    },
    stop: async () => void (await Promise.all([...functions.values()].map(({ pool }) => pool.stop()))),
  };
}

/** The name in a function's ARN, with or without a version or an alias. */
export function functionNameOf(arn: string): string {
  return arn.split(':')[6] ?? arn;
}
