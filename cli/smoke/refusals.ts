import { randomUUID } from 'node:crypto';
import { ask, shown, statusOf } from './ask.ts';
import type { Reply } from './ask.ts';
import { check } from './check.ts';
import type { Check } from './check.ts';
import type { SmokeOptions } from './options.ts';
import { problemChecks } from './problem.ts';

/** What a request without a valid token is answered. */
export async function checkUnauthorized({ url, path, kind }: SmokeOptions): Promise<Check[]> {
  const chosenId = randomUUID();
  const missing = await ask(`${url}${path}`, { 'x-amzn-requestid': chosenId });
  const wrong = await ask(`${url}${path}`, { 'X-API-Key': `smoke-${randomUUID()}` });
  if (kind === 'http') {
    return [missing, wrong].map((reply, index) =>
      check({ name: `${index === 0 ? 'no' : 'a wrong'} token: status`, expected: '401', found: statusOf(reply), holds: reply.status === 401 }),
    );
  }
  const challenge = missing.headers.get('www-authenticate');
  const requestId = missing.headers.get('x-request-id');
  return [
    ...problemChecks(missing, { name: 'no token', status: 401, codes: ['unauthorized'] }),
    check({ name: 'no token: WWW-Authenticate', expected: 'ApiKey realm="…"', found: shown(challenge), holds: /^ApiKey realm="[^"]+"$/.test(challenge ?? '') }),
    check({
      name: 'no token: X-Request-Id',
      expected: 'one that API Gateway chose',
      found: requestId === chosenId ? 'the one that the caller chose' : shown(requestId),
      holds: requestId !== null && requestId !== '' && requestId !== chosenId && !missing.text.includes(chosenId),
    }),
    check({
      name: 'a wrong token',
      expected: 'the same answer as no token',
      found: sameAnswer(missing, wrong) ? 'the same answer' : `${statusOf(wrong)} ${shown(wrong.body['code'])}, or another body`,
      holds: sameAnswer(missing, wrong),
    }),
  ];
}

const missingPath = { status: 404, codes: ['not_found'] } as const;
const refusedPath = { status: 401, codes: ['unauthorized'] } as const;

/** What a path that does not exist is answered, to a caller who sends something in `Authorization`. */
export async function checkUnknownPath({ url, kind }: SmokeOptions): Promise<Check[]> {
  const marker = randomUUID();
  const reply = await ask(`${url}/smoke-${randomUUID()}`, { Authorization: `Bearer ${marker}` });
  const isEchoed = reply.text.includes(marker) || [...reply.headers.values()].some((value) => value.includes(marker));
  const name = 'an unknown path';
  const echo = check({
    name: `${name}: Authorization`,
    expected: 'not repeated',
    found: isEchoed ? 'repeated' : 'not repeated',
    holds: reply.status !== 0 && !isEchoed,
  });
  // A catch-all takes each path, and refuses as any other route does: no path is unknown then.
  const isCaught = reply.status === 401;
  if (kind === 'rest') return [...problemChecks(reply, { name, ...(isCaught ? refusedPath : missingPath) }), echo];
  return [check({ name: `${name}: status`, expected: '404, or 401 of a catch-all', found: statusOf(reply), holds: isCaught || reply.status === 404 }), echo];
}

function sameAnswer(one: Reply, other: Reply): boolean {
  return one.status !== 0 && one.status === other.status && withoutId(one) === withoutId(other);
}

function withoutId({ body }: Reply): string {
  return JSON.stringify({ ...body, instance: '' });
}
