import assert from 'node:assert/strict';
import * as z from 'zod';
import { account, region } from './emulator.ts';
import type { Operator } from './operator.ts';

const stack = 'Gatewarden-Jobs';
const types = ['AWS::Lambda::Function', 'AWS::Logs::LogGroup', 'AWS::SES::ConfigurationSet', 'AWS::SQS::Queue'] as const;
type Type = (typeof types)[number];

/** Which function, by the begin of its logical id. */
export type JobName = 'CheckpointEvents' | 'SweepKeys' | 'MailKeyEvents' | 'RecordPurges' | 'SuppressAddress' | 'CountUsage';

/** The deployed functions that run by the clock and follow changes and mails, and what belongs to them. */
export interface Jobs {
  functionName(job: JobName): string;
  functionArn(job: JobName): string;
  logGroup(job: JobName): string;
  /** ARN of the queue where what failed rests. */
  failuresArn(job: JobName): string;
  /** Name of what mails are sent under. */
  readonly configurationSet: string;
  /** Gives a function what its trigger would, and answers what it returns. */
  run(job: JobName, event: unknown): Promise<unknown>;
}

const answerShape = z.object({ Payload: z.string(), FunctionError: z.string().optional() });

export async function findJobs(operator: Operator): Promise<Jobs> {
  const found = await Promise.all(types.map(async (type) => [type, await operator.resources(stack, type)] as const));
  const idOf = (type: Type, begin: string): string => {
    const resource = new Map(found).get(type)?.find(({ logicalId }) => logicalId.startsWith(begin));
    if (!resource) throw new Error(`Stack ${stack} has no ${type} of ${begin}.`);
    return resource.physicalId;
  };
  const functionName = (job: JobName) => idOf('AWS::Lambda::Function', job);
  return {
    functionName,
    functionArn: (job) => `arn:aws:lambda:${region}:${account}:function:${functionName(job)}`,
    logGroup: (job) => idOf('AWS::Logs::LogGroup', job),
    failuresArn(job) {
      const url = idOf('AWS::SQS::Queue', `${job}Failures`);
      return `arn:aws:sqs:${region}:${account}:${url.slice(url.lastIndexOf('/') + 1)}`;
    },
    configurationSet: idOf('AWS::SES::ConfigurationSet', 'Mail'),
    async run(job, event) {
      const answer = await operator.aws('lambda', 'invoke', { FunctionName: functionName(job), Payload: JSON.stringify(event) });
      const { Payload, FunctionError } = answerShape.parse(answer);
      assert.equal(FunctionError, undefined, Payload);
      return JSON.parse(Payload);
    },
  };
}
