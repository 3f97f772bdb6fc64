import type { FunctionError } from './messages.ts';

/** What Lambda answers for something thrown: its type, message and stack. */
export function functionError(thrown: unknown, errorType?: string): FunctionError {
  if (!(thrown instanceof Error)) return { errorType: errorType ?? typeof thrown, errorMessage: String(thrown), trace: [] };
  return {
    errorType: errorType ?? thrown.name,
    errorMessage: thrown.message,
    trace: thrown.stack?.split('\n') ?? [],
  };
}
