import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Principal } from '../../shared/access/principal.ts';
import { Problem } from '../../shared/errors/problems.ts';
import { hashStepUpToken, isGoodFor } from '../../shared/stepUps/stepUp.ts';
import { keysTableStores } from '../dependencies.ts';

/**
 * Where the organization's policy asks for the PIN, a member must have shown it within five minutes, in this sign-in.
 * Management keys are exempt: automation has no one to type a PIN, and its rights end with its scopes.
 */
export async function assertSteppedUp(
  { principal, params, nowMs }: { principal: Principal; params: Readonly<Record<string, string>>; nowMs: number },
  event: APIGatewayProxyEvent,
): Promise<void> {
  if (principal.type !== 'member') return;
  const { organizations, stepUps } = keysTableStores();
  const organization = await organizations.get(params['organizationId'] ?? '');
  // An organization that is not there is the route's own 404.
  if (!organization?.policy.requirePin) return;
  const token = stepUpToken(event);
  const stepUp = token === undefined ? null : await stepUps.get(hashStepUpToken(token));
  if (stepUp && isGoodFor(stepUp, principal, nowMs)) return;
  throw new Problem('step_up_required', 'The policy asks for your PIN: verify it, and send the token as X-Step-Up.');
}

function stepUpToken(event: APIGatewayProxyEvent): string | undefined {
  return Object.entries(event.headers).find(([name]) => name.toLowerCase() === 'x-step-up')?.[1];
}
