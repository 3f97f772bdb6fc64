import { verify } from '../../../shared/keys/verify.ts';
import type { Verdict } from '../../../shared/keys/verify.ts';
import { viewKey } from '../../../shared/keys/view.ts';
import type { Principal } from '../../../shared/access/principal.ts';
import type { Answer, RouteHandler } from '../../http/request.ts';
import { stores, verificationSources } from './dependencies.ts';

/** `POST /keys/verify`: always 200; a refusal is an answer. */
export const verifyToken: RouteHandler<'verifyToken'> = async ({ body, principal, nowMs }) => {
  const { token, product, scopes, ip } = body;
  const verdict = await verify(token, { product, scopes, ip }, verificationSources);
  // A stranger's token is unknown here, whatever became of it.
  if (verdict.key && !isVisible(verdict.key.organizationId, principal)) return answer('unknown_key');
  return answerOf(verdict, nowMs);
};

async function answerOf(verdict: Verdict, nowMs: number): Promise<Answer> {
  // Only the holder of the token learns anything of its key.
  const record = verdict.key && (await stores.keys.get(verdict.key.id));
  return answer(verdict.valid ? null : verdict.code, record ? { key: viewKey(record, nowMs) } : {});
}

function answer(code: string | null, more: Record<string, unknown> = {}): Answer {
  return { status: 200, body: { valid: code === null, code, ...more } };
}

function isVisible(organizationId: string, principal: Principal): boolean {
  return principal.isOperator || principal.organizationId === organizationId;
}
