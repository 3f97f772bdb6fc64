import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as z from 'zod';
import type { HttpAnswer } from './gatewayResponse.ts';
import { matchesMediaType } from './proxyEvent.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const response = z.strictObject({
  statusCode: z.coerce.number().int().min(200).max(599),
  headers: z.record(z.string(), scalar).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(scalar)).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** Headers that API Gateway keeps for itself: a function's value goes out under `x-amzn-Remapped-…`. */
const remapped = new Set(
  ['authorization', 'connection', 'content-length', 'content-md5', 'date', 'expect', 'host', 'keep-alive', 'max-forwards', 'proxy-authenticate', 'server', 'te', 'trailer', 'upgrade', 'user-agent', 'via', 'warning', 'www-authenticate'],
);
const dropped = new Set(['transfer-encoding']);

/**
 * The HTTP answer for what a function returned; undefined when it is no proxy response (API Gateway's "malformed
 * Lambda proxy response").
 */
export function proxyResponse(payload: string, options: { accept: string | undefined; binaryMediaTypes: readonly string[] }): HttpAnswer | undefined {
  const parsed = response.safeParse(JSON.parse(payload));
  if (!parsed.success) return undefined;
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = parsed.data;
  const pairs = mergeHeaders(headers ?? {}, multiValueHeaders ?? {});
  if (!pairs.every(isValidHeader)) return undefined;
  const hasType = pairs.some(([name]) => name.toLowerCase() === 'content-type');
  const isBinary = isBase64Encoded === true && matchesMediaType(options.binaryMediaTypes, options.accept?.split(',')[0]);
  return {
    status: statusCode,
    headers: [...(hasType ? [] : [['Content-Type', 'application/json'] as const]), ...pairs],
    body: isBinary ? Buffer.from(body ?? '', 'base64') : (body ?? ''),
  };
}

/** Both header lists as one; a name in both goes by the list of values. */
function mergeHeaders(single: Record<string, string>, multi: Record<string, string[]>): [string, string][] {
  const listed = new Set(Object.keys(multi).map((name) => name.toLowerCase()));
  const pairs: [string, string][] = [
    ...Object.entries(single).filter(([name]) => !listed.has(name.toLowerCase())),
    ...Object.entries(multi).flatMap(([name, values]) => values.map((value): [string, string] => [name, value])),
  ];
  return pairs
    .filter(([name]) => !dropped.has(name.toLowerCase()))
    .map(([name, value]) => [remapped.has(name.toLowerCase()) ? `x-amzn-Remapped-${name}` : name, value]);
}

/** Whether Node would send it. */
export function isValidHeader([name, value]: readonly [string, string]): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
