import assert from 'node:assert/strict';
import * as z from 'zod';
import type { Operator } from './operator.ts';

/** The access log of the example's API. API Gateway writes it on AWS, and nobody does here. */
export interface AccessLog {
  readonly group: string;
  /** Writes lines as API Gateway would, in the deployed format, each in a log event of its own. */
  write(...lines: readonly AccessLine[]): Promise<void>;
  /** Writes a line as it is. */
  writeText(text: string): Promise<void>;
}

/** What is particular to a request. */
export interface AccessLine {
  readonly keyId: string;
  readonly organizationId: string;
  /** @default '200' */
  readonly status?: string;
  /** @default '192.0.2.10' */
  readonly sourceIp?: string;
}

const templateShape = z.object({
  TemplateBody: z.union([z.string().transform((text): unknown => JSON.parse(text)), z.record(z.string(), z.unknown())]).pipe(
    z.object({ Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() })) }),
  ),
});
const settingShape = z.object({
  DestinationArn: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
  Format: z.string().transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
});

/** By the template of the stage: the emulator keeps nothing of it. */
export async function findAccessLog(operator: Operator): Promise<AccessLog> {
  const { TemplateBody } = templateShape.parse(await operator.aws('cloudformation', 'get_template', { StackName: 'Gatewarden-Orders' }));
  const stages = Object.values(TemplateBody.Resources).filter(({ Type }) => Type === 'AWS::ApiGateway::Stage');
  assert.equal(stages.length, 1);
  const { DestinationArn, Format } = settingShape.parse(stages[0]?.Properties?.['AccessLogSetting']);
  const groups = await operator.resources('Gatewarden-Orders', 'AWS::Logs::LogGroup');
  const logGroupName = groups.find(({ logicalId }) => logicalId === DestinationArn['Fn::GetAtt'][0])?.physicalId;
  if (logGroupName === undefined) throw new Error('The stage logs to a log group that is not there.');
  const logStreamName = 'as-api-gateway-would';
  await operator.aws('logs', 'create_log_stream', { logGroupName, logStreamName });

  const put = (...messages: readonly string[]) =>
    operator.aws('logs', 'put_log_events', { logGroupName, logStreamName, logEvents: messages.map((message) => ({ timestamp: Date.now(), message })) });
  return {
    group: logGroupName,
    write: async (...lines) => void (await put(...lines.map((line) => fill(Format, line)))),
    writeText: async (text) => void (await put(text)),
  };
}

/** API Gateway puts values into the format as they are, and a dash for what is not there. */
function fill(format: Readonly<Record<string, string>>, { keyId, organizationId, status = '200', sourceIp = '192.0.2.10' }: AccessLine): string {
  const values: Readonly<Record<string, string>> = {
    '$context.extendedRequestId': 'AbCdEfGhIjKlMnO=',
    '$context.requestTimeEpoch': String(Date.now()),
    '$context.apiId': 'a1b2c3d4e5',
    '$context.stage': 'live',
    '$context.httpMethod': 'GET',
    '$context.resourcePath': '/orders/{orderId}',
    '$context.status': status,
    '$context.responseLatency': '12',
    '$context.identity.sourceIp': sourceIp,
    '$context.authorizer.keyId': keyId,
    '$context.authorizer.organizationId': organizationId,
  };
  return JSON.stringify(Object.fromEntries(Object.entries(format).map(([name, text]) => [name, text.startsWith('$') ? (values[text] ?? '-') : text])));
}
