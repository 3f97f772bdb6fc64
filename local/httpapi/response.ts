import * as z from 'zod';
import type { HttpAnswer } from '../apigateway/gatewayResponse.ts';
import { isValidHeader } from '../apigateway/proxyResponse.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const response = z.object({
  statusCode: z.coerce.number().int().min(200).max(599),
  headers: z.record(z.string(), scalar).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

const neverSent = new Set(['transfer-encoding', 'connection', 'content-length', 'keep-alive']);

/**
 * The HTTP answer for what a function returned (payload 2.0): what has no status code is the body of a 200. Undefined
 * where it is no answer at all.
 */
export function httpResponse(payload: string): HttpAnswer | undefined {
  const returned = JSON.parse(payload) as unknown;
  if (typeof returned !== 'object' || returned === null || !('statusCode' in returned)) {
    return { status: 200, headers: [['Content-Type', 'application/json']], body: typeof returned === 'string' ? returned : payload };
  }
  const parsed = response.safeParse(returned);
  if (!parsed.success) return undefined;
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const pairs = [
    ...Object.entries(headers ?? {}).filter(([name]) => !neverSent.has(name.toLowerCase())),
    ...(cookies ?? []).map((cookie): [string, string] => ['Set-Cookie', cookie]),
  ];
  if (!pairs.every(isValidHeader)) return undefined;
  const hasType = pairs.some(([name]) => name.toLowerCase() === 'content-type');
  return {
    status: statusCode,
    headers: [...(hasType ? [] : [['Content-Type', 'text/plain;charset=UTF-8'] as const]), ...pairs],
    body: isBase64Encoded === true ? Buffer.from(body ?? '', 'base64') : (body ?? ''),
  };
}
