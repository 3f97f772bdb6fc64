/** How long API Gateway waits for a function: 29 s. */
export const integrationTimeoutMs = 29_000;

/** The promise's value, or 'timeout' when it takes longer; the work itself goes on, as a Lambda's would. */
export async function withTimeLimit<T>(work: Promise<T>, limitMs: number): Promise<T | 'timeout'> {
  const limit = Promise.withResolvers<'timeout'>();
  const timer = setTimeout(() => limit.resolve('timeout'), limitMs);
  try {
    return await Promise.race([work, limit.promise]);
  } finally {
    clearTimeout(timer);
  }
}
