import * as z from 'zod';
import { authenticationRefusals } from '../keys/decide.ts';
import { address, keyIdPattern, organizationIdPattern, plainText, refusalCode, requestTimeMs } from './fields.ts';
import type { LineReading } from './lineReading.ts';

/** `message` of the line that an authorizer writes for each request that it refuses. */
export const refusalMessage = 'refused';

/** Filter of the subscription to an authorizer's log: its other lines are not handed over. */
export const refusalFilterPattern = `{ $.message = "${refusalMessage}" }`;

// Not strict: Lambda may add a timestamp to a line that has none. The line is written by `JSON.stringify`, so no value
// in it can make a field.
const lineSchema = z.object({
  _aws: z.object({ Timestamp: requestTimeMs }),
  message: z.literal(refusalMessage),
  authorizer: z.enum(['key', 'management']),
  code: refusalCode,
  keyId: z.string().regex(keyIdPattern).nullable(),
  organizationId: z.string().regex(organizationIdPattern).nullable(),
  route: plainText,
  sourceIp: address.nullable(),
});

/**
 * Reads an authorizer's line. Without an organization the token was not genuine, and its key id a mere claim: it counts
 * for no key, else anyone could write into the usage of any key, and of as many invented ones as they like.
 */
export function readRefusalLine(value: unknown): LineReading {
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) return { kind: 'unreadable' };
  const { keyId, organizationId, code, route, sourceIp, _aws: metric } = parsed.data;
  if (keyId === null || organizationId === null) return { kind: 'ignored' };
  const atMs = metric.Timestamp;
  return { kind: 'record', record: { keyId, organizationId, atMs, status: '4xx', code, isUse: passedAuthentication(code), sourceIp, route } };
}

/** Whether a refused request had a living key: it lacked a permission, or a limit was reached. */
export function passedAuthentication(code: string | null): boolean {
  return !authenticationRefusals.some((refusal) => refusal === code);
}
