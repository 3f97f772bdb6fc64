import * as z from 'zod';
import { logGroupNameOf } from '../cloudwatchlogs/logGroups.ts';
import type { LogGroups } from '../cloudwatchlogs/logGroups.ts';
import type { WriteAccessLog } from '../cloudwatchlogs/accessLog.ts';
import { contextValue } from './substitution.ts';

/** Where a stage writes a line for each request, and its format. */
export interface AccessLogSettings {
  readonly logGroup: string;
  /** One line with `$context.…` in it. */
  readonly format: string;
}

/** `AccessLogSetting` of a REST stage and `AccessLogSettings` of an HTTP one. */
export const accessLogSettings = z
  .object({
    DestinationArn: z.string().refine((arn) => !arn.includes(':firehose:'), 'Firehose is not played as a destination of access logs'),
    Format: z.string().regex(/^[^\r\n]*\$context\.(?:requestId|extendedRequestId)\b[^\r\n]*$/u, 'must be one line that holds $context.requestId or $context.extendedRequestId'),
  })
  .transform(({ DestinationArn, Format }): AccessLogSettings => ({ logGroup: logGroupNameOf(DestinationArn), format: Format }));

/** Throws for a log group that no template made, as the deployment would fail. */
export function requireLogGroup(settings: AccessLogSettings | undefined, logGroups: Pick<LogGroups, 'find'>): void {
  if (settings && logGroups.find(settings.logGroup) === undefined) throw new Error(`there is no log group ${settings.logGroup}.`);
}

/** Fills in the format: plain text for text, the values raw, a dash for what is not there. */
export function accessLogLine(format: string, context: Readonly<Record<string, unknown>>): string {
  return format.replaceAll(/\$context((?:\.[A-Za-z0-9_-]+)+)/gu, (_whole, path: string) => contextValue(context, path.slice(1)) ?? '-');
}

/** Writes the line of one request, where the stage logs at all. */
export function logAccess(settings: AccessLogSettings | undefined, context: Readonly<Record<string, unknown>>, write: WriteAccessLog): void {
  if (settings) write(settings.logGroup, accessLogLine(settings.format, context));
}
