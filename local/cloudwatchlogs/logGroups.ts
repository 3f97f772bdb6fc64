import { randomBytes } from 'node:crypto';

/** One line of a log stream, as subscriptions hand it over. */
export interface LogEvent {
  /** 56 digits, different for every line that was ever written on this machine. */
  readonly id: string;
  /** Epoch milliseconds, the platform's time. */
  readonly timestamp: number;
  readonly message: string;
}

/** Where a line was written. */
export interface LogPlace {
  readonly logGroup: string;
  readonly logStream: string;
}

type Listener = (place: LogPlace, event: LogEvent) => void;

/** The log groups of the templates, and those that functions make themselves by writing. They keep nothing. */
export interface LogGroups {
  /** Adds a group by the path of its construct. */
  create(name: string, cdkPath: string): void;
  /** The construct's path of a group that a template made. */
  find(name: string): string | undefined;
  put(place: LogPlace, message: string): void;
  /** Calls `listener` for every line that is written from now on. */
  onPut(listener: Listener): void;
}

export function createLogGroups(nowMs: () => number): LogGroups {
  const paths = new Map<string, string>();
  const listeners: Listener[] = [];
  const nextId = eventIds();
  return {
    create: (name, cdkPath) => void paths.set(name, cdkPath),
    find: (name) => paths.get(name),
    put(place, message) {
      const timestamp = nowMs();
      const event = { id: nextId(timestamp), timestamp, message };
      for (const listener of listeners) listener(place, event);
    },
    onPut: (listener) => void listeners.push(listener),
  };
}

/** The name in a log group's ARN, whose last part may be the `:*` that stands for its streams. */
export function logGroupNameOf(arn: string): string {
  const name = /^arn:[^:]+:logs:[^:]+:\d+:log-group:([^:]+)(?::\*)?$/u.exec(arn)?.[1];
  if (name === undefined) throw new Error(`${arn} does not name a log group.`);
  return name;
}

/** Name of a new stream, as a container of a function has one of its own. */
export function functionStreamName(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${newStreamId()}`;
}

/** 32 hexadecimal digits: the name of a stream that a service writes. */
export function newStreamId(): string {
  return randomBytes(16).toString('hex');
}

/** Time, a number of this start alone, and a count: what was counted before a restart must not be taken for the same. */
function eventIds(): (timestampMs: number) => string {
  const start = (BigInt(`0x${randomBytes(16).toString('hex')}`) % 10n ** 30n).toString().padStart(30, '0');
  let count = 0;
  return (timestampMs) => `${String(timestampMs).padStart(14, '0')}${start}${String((count += 1)).padStart(12, '0')}`;
}
