type Level = 'INFO' | 'WARN' | 'ERROR';

/**
 * One line of JSON text. Written past `console`, which the runtime would wrap once more and which cuts objects
 * into lines where its JSON format is not applied.
 */
export function log(level: Level, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
  process.stdout.write(`${JSON.stringify({ timestamp: new Date().toISOString(), level, message, ...fields })}\n`);
}

/** An error for the log: its name, message, stack and causes. Secrets are kept out of messages where they are made. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
