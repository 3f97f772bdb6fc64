import { join } from 'node:path';
import * as z from 'zod';
import { cleanEnvironment, run } from './children.ts';
import type { Emulator } from './emulator.ts';
import type { Venv } from './venv.ts';

export type AwsCall = readonly [service: string, operation: string, parameters: Readonly<Record<string, unknown>>];

/** What an operator does with credentials of the account. */
export interface Operator {
  /** One call: `aws('ssm', 'get_parameter', { Name: '…' })`. Throws what AWS answers. */
  aws(service: string, operation: string, parameters: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Calls as a role that was deployed, and for each whether a policy lets it through; what it answers then is left out. */
  asRole(roleArn: string, calls: readonly AwsCall[]): Promise<readonly boolean[]>;
  /** The current value of a secret, by its name. */
  secret(name: string): Promise<{ value: string; versionId: string }>;
  /** Physical ids of a stack's resources of one type, by a part of their logical id. */
  resources(stack: string, type: string): Promise<readonly { logicalId: string; physicalId: string }[]>;
  /** Names of all log groups. */
  logGroups(): Promise<readonly string[]>;
  /** Every message of some log groups, of each oldest first. */
  logLines(...groups: readonly string[]): Promise<readonly string[]>;
}

const replies = z.array(
  z.union([z.object({ error: z.object({ Code: z.string(), Message: z.string() }) }), z.object({ answer: z.unknown() })]),
);
const secretShape = z.object({ SecretString: z.string(), VersionId: z.string() });
const resourcesShape = z.object({
  StackResources: z.array(z.object({ LogicalResourceId: z.string(), PhysicalResourceId: z.string(), ResourceType: z.string() })),
});
const groupsShape = z.object({ logGroups: z.array(z.object({ logGroupName: z.string() })) });
const logShape = z.object({ events: z.array(z.object({ message: z.string() })), nextToken: z.string().optional() });

/** Speaks to the emulator through botocore, which comes with it: AWS's own client, signed requests and all. */
export function createOperator(options: { venv: Venv; emulator: Emulator; dir: string }): Operator {
  const { venv, emulator, dir } = options;
  const program = venv.python;
  const script = join(import.meta.dirname, 'call_aws.py');
  const env = cleanEnvironment(dir, emulator.environment);

  const send = async (calls: readonly AwsCall[], role: string | null): Promise<z.infer<typeof replies>> => {
    const { code, stdout, output } = await run({ program, args: ['-I', script, JSON.stringify({ role, calls })], cwd: dir, env });
    if (code !== 0) throw new Error(`AWS could not be called:\n${output}`);
    return replies.parse(JSON.parse(stdout));
  };
  /** Several calls that have to succeed, by one process: to start it takes longer than they do. */
  const all = async (calls: readonly AwsCall[]): Promise<readonly unknown[]> => {
    const results = await send(calls, null);
    return calls.map(([service, operation], at) => {
      const result = results[at];
      if (!result || 'error' in result) throw new Error(`${service} ${operation}: ${result?.error.Code}: ${result?.error.Message}`);
      return result.answer;
    });
  };
  const aws: Operator['aws'] = async (...call) => (await all([call]))[0];

  return {
    aws,
    async asRole(roleArn, calls) {
      return (await send(calls, roleArn)).map((result) => !('error' in result && result.error.Code.startsWith('AccessDenied')));
    },
    async secret(name) {
      const { SecretString, VersionId } = secretShape.parse(await aws('secretsmanager', 'get_secret_value', { SecretId: name }));
      return { value: SecretString, versionId: VersionId };
    },
    async resources(stack, type) {
      const { StackResources } = resourcesShape.parse(await aws('cloudformation', 'describe_stack_resources', { StackName: stack }));
      return StackResources.filter(({ ResourceType }) => ResourceType === type).map((resource) => ({
        logicalId: resource.LogicalResourceId,
        physicalId: resource.PhysicalResourceId,
      }));
    },
    async logGroups() {
      const { logGroups } = groupsShape.parse(await aws('logs', 'describe_log_groups', {}));
      return logGroups.map(({ logGroupName }) => logGroupName);
    },
    async logLines(...groups) {
      const lines: string[] = [];
      let pages = groups.map((logGroupName): { logGroupName: string; nextToken?: string } => ({ logGroupName }));
      while (pages.length > 0) {
        const answers = await all(pages.map((page) => ['logs', 'filter_log_events', page]));
        const read = answers.map((answer) => logShape.parse(answer));
        lines.push(...read.flatMap(({ events }) => events.map(({ message }) => message)));
        pages = pages.flatMap(({ logGroupName }, at) => {
          const { nextToken } = read[at] ?? {};
          return nextToken ? [{ logGroupName, nextToken }] : [];
        });
      }
      return lines;
    },
  };
}
