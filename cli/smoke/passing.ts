import { ask, credentials, statusOf } from './ask.ts';
import { check } from './check.ts';
import type { Check } from './check.ts';
import type { SmokeOptions } from './options.ts';

/** That a valid token passes, however it is sent. Where API Gateway holds the limits, this is also the authorizer's key, which a usage plan has. */
export async function checkPassing({ url, path, token, limitedBy }: SmokeOptions): Promise<Check[]> {
  const checks: Check[] = [];
  for (const [way, headersOf] of credentials) {
    const reply = await ask(`${url}${path}`, headersOf(token));
    checks.push(check({ name: `${way}: status`, expected: '200', found: statusOf(reply), holds: reply.status === 200, isOpenQuestion: limitedBy === 'gateway' }));
  }
  return checks;
}
