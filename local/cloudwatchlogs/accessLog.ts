import type { LogStore } from '../logs.ts';
import { newStreamId } from './logGroups.ts';
import type { LogGroups } from './logGroups.ts';

/** Writes a line of an API's access log into a log group, and among the platform's lines under the group's name. */
export type WriteAccessLog = (logGroup: string, line: string) => void;

/** Each group's lines go into one stream of this start. */
export function accessLogWriter({ logs, logGroups, nowMs }: { logs: Pick<LogStore, 'append'>; logGroups: Pick<LogGroups, 'find' | 'put'>; nowMs: () => number }): WriteAccessLog {
  const streams = new Map<string, string>();
  return (logGroup, line) => {
    const logStream = streams.get(logGroup) ?? newStreamId();
    streams.set(logGroup, logStream);
    logs.append({ at: new Date(nowMs()).toISOString(), functionName: logGroup, cdkPath: logGroups.find(logGroup) ?? logGroup, line });
    logGroups.put({ logGroup, logStream }, line);
  };
}
