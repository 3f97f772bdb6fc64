import * as z from 'zod';
import type { Verdict } from '../keys/verify.ts';
import { address, keyIdPattern, organizationIdPattern, refusalCode, requestTimeMs } from './fields.ts';
import type { LineReading } from './lineReading.ts';
import { passedAuthentication } from './refusalLine.ts';

/** `message` of the line that `POST /keys/verify` writes for each genuine token. */
export const verifyMessage = 'verified';

/** Filter of the subscription to the log of the function that verifies. */
export const verifyFilterPattern = `{ $.message = "${verifyMessage}" }`;

const route = 'POST /keys/verify';

const lineSchema = z.object({
  message: z.literal(verifyMessage),
  atMs: requestTimeMs,
  keyId: z.string().regex(keyIdPattern),
  organizationId: z.string().regex(organizationIdPattern),
  /** Null for a valid token. */
  code: refusalCode.nullable(),
  /** The address that the caller asked about. */
  sourceIp: address.nullable(),
});

export type VerifyLine = Omit<z.infer<typeof lineSchema>, 'message'>;

/** What the handler logs of a verdict, with `verifyMessage`; null for a token that is not genuine, which has no line. */
export function verifyLine(
  key: Verdict['key'],
  { code, ip, nowMs }: { code: string | null; ip: string | undefined; nowMs: number },
): VerifyLine | null {
  if (!key) return null;
  const { id: keyId, organizationId } = key;
  return { atMs: nowMs, keyId, organizationId, code, sourceIp: ip ?? null };
}

/** Reads such a line: a valid token counts as a 2xx, a refused one as a 4xx, as it would have been before an API. */
export function readVerifyLine(value: unknown): LineReading {
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) return { kind: 'unreadable' };
  const { message: _message, code, ...rest } = parsed.data;
  const isUse = code === null || passedAuthentication(code);
  return { kind: 'record', record: { ...rest, code, status: code === null ? '2xx' : '4xx', isUse, route } };
}
