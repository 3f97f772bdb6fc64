import { randomBytes } from 'node:crypto';
import { Problem } from '../../../shared/errors/problems.ts';
import { newStepUp } from '../../../shared/stepUps/stepUp.ts';
import { toIso } from '../../../shared/time.ts';
import type { RouteHandler } from '../../http/request.ts';
import { stores } from './load.ts';
import { tryPin } from './tryPin.ts';

/** `POST …/me/pin/verifications`: a step-up of five minutes, for this member, organization and sign-in. */
export const verifyPin: RouteHandler<'verifyPin'> = async ({ body: { pin }, principal, context, nowMs }) => {
  if ((await tryPin({ principal, pin, context, nowMs })) === null) {
    throw new Problem('pin_not_set', 'You have no PIN yet; set one with PUT …/me/pin.');
  }
  const { token, stepUp } = newStepUp(principal, nowMs, randomBytes);
  await stores.stepUps.put(stepUp);
  return { status: 200, body: { stepUpToken: token, expiresAt: toIso(stepUp.expiresAtMs) } };
};
