import assert from 'node:assert/strict';
import * as z from 'zod';
import { expectProblem, expectStatus } from './expectations.ts';
import type { Answer, Call } from './http.ts';
import type { Person, Setting } from './people.ts';
import type { Report } from './report.ts';
import { asMember } from './tenant.ts';

const stepUpShape = z.object({ stepUpToken: z.string(), expiresAt: z.string() });
const pin = '493027';

/** Where the policy says so, what a member does with keys asks for their PIN. */
export async function steppingUp({ system, tenant, issuer }: Setting, { email, ask }: Person, report: Report): Promise<void> {
  const body = { name: 'By a person', product: 'orders', environment: 'live', scopes: ['orders:read'] };
  const issue: Call = { method: 'POST', path: tenant.path('/keys'), body };
  const show = (entered: string): Promise<Answer> => ask({ method: 'POST', path: tenant.path('/me/pin/verifications'), body: { pin: entered } });

  await report.check('without that policy, a member issues a key as they are', async () => void system.remember(await ask(issue)));
  await report.step('with it, the issue is refused until the PIN was shown', async () => {
    expectStatus(await ask({ method: 'PATCH', path: tenant.path(''), body: { policy: { requirePin: true } } }), 200);
    expectProblem(await ask(issue), 403, 'step_up_required');
    expectProblem(await show(pin), 409, 'pin_not_set');
  });
  await report.step('the member sets a PIN', async () => {
    expectStatus(await ask({ method: 'PUT', path: tenant.path('/me/pin'), body: { pin } }), 204);
  });
  await report.check('a wrong PIN gives no step-up', async () => void expectProblem(await show('000000'), 403, 'wrong_pin'));
  const stepUp = await report.step('the right one gives a step-up of five minutes', async () => {
    const answer = await show(pin);
    expectStatus(answer, 200);
    const { stepUpToken, expiresAt } = stepUpShape.parse(answer.body);
    const minutes = (Date.parse(expiresAt) - Date.now()) / 60_000;
    assert.ok(minutes > 4.5 && minutes <= 5, `It is good for ${minutes} minutes.`);
    system.keepSecret(stepUpToken);
    return { 'x-step-up': stepUpToken };
  });
  await report.check('with the step-up the key is issued, and opens the example', async () => {
    const { token } = system.remember(await ask({ ...issue, headers: stepUp }));
    expectStatus(await system.order(token), 200);
  });
  await report.check('in another sign-in of the same person, the step-up is worth nothing', async () => {
    const elsewhere = asMember(system, await issuer.accessToken(email));
    expectProblem(await elsewhere({ ...issue, headers: stepUp }), 403, 'step_up_required');
  });
  await report.check('the policy is not lowered without the PIN', async () => {
    const lower: Call = { method: 'PATCH', path: tenant.path(''), body: { policy: { requirePin: false } } };
    expectProblem(await ask(lower), 403, 'step_up_required');
    expectStatus(await ask({ ...lower, headers: stepUp }), 200);
  });
}
