import { format } from 'node:util';

export const logLevels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogRecord {
  readonly timestamp: string;
  readonly requestId: string;
  readonly level: LogLevel;
  /** The arguments of the console call. */
  readonly params: readonly unknown[];
}

/**
 * One console call as Lambda's Node 24 runtime writes it with log format JSON: an only argument is kept as a value,
 * several are formatted to a text and the first error among them is spelled out.
 */
export function formatJsonLine({ timestamp, requestId, level, params }: LogRecord): string {
  const head = { timestamp, level, requestId };
  const [message, ...rest] = params;
  if (rest.length === 0) return jsonOrFormatted(head, message);
  const error = rest.find((param) => param instanceof Error);
  return JSON.stringify({ ...head, message: format(message, ...rest), ...(error && describeError(error)) });
}

/** One console call with log format Text; its line breaks become carriage returns, as Lambda does. */
export function formatTextLine({ timestamp, requestId, level, params }: LogRecord): string {
  return [timestamp, requestId, level, format(...params)].join('\t').replaceAll('\n', '\r');
}

function jsonOrFormatted(head: object, message: unknown): string {
  try {
    return JSON.stringify({ ...head, message }, (_key, value: unknown) =>
      value instanceof Error ? Object.assign(describeError(value), value) : value,
    );
  } catch {
    // A circular value or a BigInt.
    return JSON.stringify({ ...head, message: format(message) });
  }
}

function describeError(error: Error): object {
  return {
    errorType: error.constructor.name,
    errorMessage: error.message,
    stackTrace: error.stack?.split('\n') ?? [],
  };
}
