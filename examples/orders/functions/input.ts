import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod';
import { Problem } from '../../../kit/lambda.ts';
import { orderIdPattern } from './order.ts';

const maxBodyBytes = 64 * 1024;

/** The body of a request, checked; or a 400 that names each field, a 413. */
export function readBody<T>(event: APIGatewayProxyEvent, schema: z.ZodType<T>): T {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (body.length > maxBodyBytes) throw new Problem('body_too_large', `The body may have ${maxBodyBytes} bytes, got ${body.length}.`);
  return check(schema, parseJson(body.toString('utf8')));
}

const pageQuery = z.strictObject({
  limit: z.coerce.number({ error: 'must be a whole number from 1 to 100' }).int().min(1).max(100).default(50),
  cursor: z.string().regex(orderIdPattern, 'is not one that this list has given').optional(),
});

/** `?limit=` and `?cursor=` of a list. */
export function readPage(event: APIGatewayProxyEvent): z.infer<typeof pageQuery> {
  return check(pageQuery, event.queryStringParameters ?? {});
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without the parser's message, which quotes the body.
    throw new Problem('invalid_json', 'The body must be JSON.');
  }
}

function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new Problem('invalid_request', `The request is not valid: ${errors.length} problem${errors.length === 1 ? '' : 's'}.`, {
    extras: { errors },
  });
}
