import * as z from 'zod';
import { shortId } from '../cloudformation/physicalNames.ts';
import type { ResourceHandler, ResourceHandlers } from '../cloudformation/resourceTypes.ts';
import { compilePattern } from '../eventbridge/eventPattern.ts';

const notPlayed = z.never({ error: 'is not played' }).optional();
const flag = z.union([z.boolean(), z.stringbool()]);

const mappingProperties = z.object({
  FunctionName: z.string(),
  EventSourceArn: z.string().regex(/^arn:[^:]+:dynamodb:.*\/stream\/.+$/u, 'only streams of tables are played as event sources'),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']),
  Enabled: flag.default(true),
  BatchSize: z.coerce.number().int().min(1).max(10_000).default(100),
  MaximumBatchingWindowInSeconds: z.coerce.number().min(0).max(300).default(0),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })).default([]) }).optional(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  BisectBatchOnFunctionError: flag.default(false),
  MaximumRetryAttempts: z.coerce.number().int().min(-1).max(10_000).default(-1),
  MaximumRecordAgeInSeconds: z.coerce.number().int().min(-1).max(604_800).default(-1),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string().regex(/^arn:[^:]+:sqs:/u, 'only queues are played as destinations') }).optional() }).optional(),
  // Several batches of a shard at once would only be faster.
  ParallelizationFactor: z.coerce.number().optional(),
  TumblingWindowInSeconds: notPlayed,
});

const createMapping: ResourceHandler = ({ stack, logicalId, properties }, { eventSources, lambda, region, accountId }) => {
  const given = mappingProperties.parse(properties);
  const functionArn = lambda.find(given.FunctionName)?.arn;
  if (functionArn === undefined) throw new Error(`There is no function ${given.FunctionName}.`);
  const id = shortId(stack, logicalId, 20);
  const filters = (given.FilterCriteria?.Filters ?? []).map(({ Pattern }) => compilePattern(JSON.parse(Pattern)));
  const mapping = {
    id,
    functionArn,
    filters,
    streamArn: given.EventSourceArn,
    startingPosition: given.StartingPosition,
    batchSize: given.BatchSize,
    batchingWindowSec: given.MaximumBatchingWindowInSeconds,
    reportsItemFailures: given.FunctionResponseTypes.length > 0,
    retries: { bisects: given.BisectBatchOnFunctionError, maximumRetryAttempts: given.MaximumRetryAttempts, maximumRecordAgeSec: given.MaximumRecordAgeInSeconds },
    onFailureArn: given.DestinationConfig?.OnFailure?.Destination,
  };
  if (given.Enabled) eventSources.add(mapping);
  return { ref: id, attributes: { Id: id, EventSourceMappingArn: `arn:aws:lambda:${region}:${accountId}:event-source-mapping:${id}` } };
};

export const eventSourceResources: ResourceHandlers = { 'AWS::Lambda::EventSourceMapping': createMapping };
