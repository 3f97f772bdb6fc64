import assert from 'node:assert/strict';
import * as z from 'zod';
import { expectRefusals, loggedRefusals, logGroupOf } from './authorizerLog.ts';
import { expectProblem, expectProblemStatus, expectStatus } from './expectations.ts';
import { gatewayKeyOf, withMember } from './gatewayKey.ts';
import type { GatewayKey } from './gatewayKey.ts';
import { call } from './http.ts';
import type { Report } from './report.ts';
import type { Issued, System } from './system.ts';

const verificationShape = z.object({ valid: z.boolean(), code: z.string().nullable() });

/** A limited key is answered 429: by API Gateway itself, and by the function behind it if API Gateway ever does not. */
export async function limits(system: System, report: Report): Promise<void> {
  await report.part('A limited key is refused by API Gateway itself (429)', async () => {
    const gateway = await report.step('each protected method asks for the one API key that the authorizer hands over', () => gatewayKeyOf(system));
    const limited = await report.step('a key for three requests a day is issued', () => system.issue({ name: 'Limited', rateLimit: { limit: 3, windowSec: 86_400 } }));
    await within(system, report, limited);
    await beyond(system, report, { limited, gateway });
  });
}

async function within({ order }: System, report: Report, { token }: Issued): Promise<void> {
  await report.check('its first three requests pass, and each says how many are left', async () => {
    for (const left of [2, 1, 0]) {
      const answer = await order(token);
      expectStatus(answer, 200);
      assert.equal(answer.headers['ratelimit-policy'], '"default";q=3;w=86400');
      assert.match(String(answer.headers['ratelimit']), new RegExp(`^"default";r=${left};t=[0-9]{1,5}$`));
    }
  });
}

async function beyond(system: System, report: Report, { limited: { key, token }, gateway }: { limited: Issued; gateway: GatewayKey }): Promise<void> {
  const { order, orders, operator, manage } = system;
  const group = await logGroupOf(operator, 'KeyAuthorizer');
  const since = (await loggedRefusals(operator, group)).length;
  await report.check('the others are a 429 that API Gateway answers, on each route', async () => {
    for (const path of ['/orders', '/orders/ord_1', '/whoami']) {
      assert.equal(expectProblemStatus(await order(token, { path }), 429).title, 'Too many requests');
    }
  });
  await report.check("each is a line in the authorizer's log, as rate_limited and with the key", () =>
    expectRefusals(operator, { group, since, expected: Array.from({ length: 3 }, () => ({ code: 'rate_limited', keyId: key.id })) }),
  );
  await report.check('POST /keys/verify finds the token rate_limited as well', async () => {
    const answer = await manage({ method: 'POST', path: '/keys/verify', body: { token } });
    expectStatus(answer, 200);
    assert.deepEqual(verificationShape.parse(answer.body), { valid: false, code: 'rate_limited' });
  });
  await report.check('a key without a limit passes meanwhile', async () => {
    const { token: unlimited } = await system.issue();
    const answer = await order(unlimited);
    expectStatus(answer, 200);
    assert.equal(answer.headers['ratelimit'], undefined);
  });
  await report.check('who knows the API key of API Gateway gains nothing by it', async () => {
    expectProblem(await call(orders, { path: '/orders', headers: { 'x-api-key': gateway.value } }), 401, 'unauthorized');
  });
  await report.check('if API Gateway ever let such a request pass, the function behind it answers 429', () =>
    withMember(operator, gateway, `${gateway.value}-refused`, async () => {
      const answer = await order(token);
      assert.equal(expectProblem(answer, 429, 'rate_limited').title, 'The rate limit is reached');
      assert.match(String(answer.headers['retry-after']), /^[1-9][0-9]{0,4}$/);
      assert.match(String(answer.headers['ratelimit']), /^"default";r=0;t=[0-9]{1,5}$/);
    }),
  );
  await report.check('and it is API Gateway again that refuses it', async () => {
    assert.equal(expectProblemStatus(await order(token), 429).title, 'Too many requests');
  });
}
