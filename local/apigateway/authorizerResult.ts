import * as z from 'zod';
import { policyDocument } from './policy.ts';

/** What an authorizer function answers. A context value that is no string, number or boolean is a mistake. */
const result = z.object({
  principalId: z.string().min(1),
  policyDocument,
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  usageIdentifierKey: z.string().nullish(),
});
export type AuthorizerResult = z.infer<typeof result>;

/** The result of an authorizer, or why API Gateway would call it a configuration error. */
export function parseAuthorizerResult(payload: string): { ok: true; result: AuthorizerResult } | { ok: false; reason: string } {
  const parsed = result.safeParse(JSON.parse(payload));
  return parsed.success ? { ok: true, result: parsed.data } : { ok: false, reason: z.prettifyError(parsed.error) };
}

/** `$context.authorizer` and `event.requestContext.authorizer`: every value of the context as text. */
export function authorizerContext({ principalId, context }: AuthorizerResult, integrationLatencyMs: number): Record<string, string | number> {
  const values = Object.entries(context ?? {}).map(([name, value]) => [name, String(value)] as const);
  return { ...Object.fromEntries(values), principalId, integrationLatency: integrationLatencyMs };
}
