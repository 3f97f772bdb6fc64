import { gatewayLimitTitle } from '../../kit/gatewayLimit.ts';
import { ask, credentials, shown, statusOf } from './ask.ts';
import type { Reply } from './ask.ts';
import { check, unchecked } from './check.ts';
import type { Check } from './check.ts';
import type { SmokeOptions } from './options.ts';
import { problemChecks } from './problem.ts';

const codes = ['rate_limited', 'quota_exceeded'] as const;

/** Uses the key with a tiny limit until it is refused, and looks at what it was told on the way. */
export async function checkLimited(options: SmokeOptions): Promise<Check[]> {
  const { url, path, limitedToken, maxRequests, limitedBy } = options;
  const name = 'a limit that is reached';
  const isOpenQuestion = limitedBy === 'gateway';
  if (limitedToken === null) return [unchecked(name, 'no --limited-token was given', isOpenQuestion)];
  const [, headersOf] = credentials[0];
  let passed: Reply | null = null;
  let passes = 0;
  let refusal = await ask(`${url}${path}`, headersOf(limitedToken));
  while (refusal.status === 200 && passes < maxRequests - 1) {
    passed ??= refusal;
    passes += 1;
    refusal = await ask(`${url}${path}`, headersOf(limitedToken));
  }
  return [
    ...(passed ? limitFields('a request that passes', passed, false) : [unchecked('a request that passes: RateLimit', 'the limit was reached before')]),
    ...problemChecks(refusal, { name, status: 429, codes, isOpenQuestion }),
    ...refusalChecks(name, refusal, options),
    ...limitFields(name, refusal, isOpenQuestion),
    ...(await checkOtherWays(name, options, limitedToken)),
  ];
}

function refusalChecks(name: string, refusal: Reply, { limitedBy, limitedToken }: SmokeOptions): Check[] {
  const wait = refusal.headers.get('retry-after');
  const isOpenQuestion = limitedBy === 'gateway';
  const by = refusal.body['title'] === gatewayLimitTitle ? 'API Gateway' : codes.some((code) => code === refusal.body['code']) ? 'the middleware' : 'neither';
  const expected = limitedBy === 'gateway' ? 'API Gateway' : 'the middleware';
  const isEchoed = limitedToken !== null && refusal.text.includes(limitedToken);
  return [
    check({ name: `${name}: answered by`, expected, found: by, holds: by === expected, isOpenQuestion }),
    check({ name: `${name}: Retry-After`, expected: 'whole seconds, 1 at least', found: shown(wait), holds: /^[1-9]\d{0,7}$/.test(wait ?? ''), isOpenQuestion }),
    check({ name: `${name}: token`, expected: 'not repeated', found: isEchoed ? 'repeated' : 'not repeated', holds: refusal.status !== 0 && !isEchoed }),
  ];
}

/** `RateLimit` and `RateLimit-Policy` in the syntax of draft-ietf-httpapi-ratelimit-headers-11. */
function limitFields(name: string, { headers }: Reply, isOpenQuestion: boolean): Check[] {
  const [left, policy] = ['ratelimit', 'ratelimit-policy'].map((field) => headers.get(field));
  return [
    check({ name: `${name}: RateLimit`, expected: '"…";r=…;t=…', found: shown(left), holds: /^"[^"]+";r=\d+;t=\d+$/.test(left ?? ''), isOpenQuestion }),
    check({ name: `${name}: RateLimit-Policy`, expected: '"…";q=…;w=…', found: shown(policy), holds: /^"[^"]+";q=\d+;w=\d+$/.test(policy ?? ''), isOpenQuestion }),
  ];
}

/** The limit is the key's: sending it otherwise opens nothing. A window that ends just then shows as a 200. */
async function checkOtherWays(name: string, { url, path }: SmokeOptions, limitedToken: string): Promise<Check[]> {
  const checks: Check[] = [];
  for (const [way, headersOf] of credentials.slice(1)) {
    const reply = await ask(`${url}${path}`, headersOf(limitedToken));
    checks.push(check({ name: `${name}: ${way}`, expected: '429', found: statusOf(reply), holds: reply.status === 429 }));
  }
  return checks;
}
