import { verify } from '../../../shared/keys/verify.ts';
import type { Verdict } from '../../../shared/keys/verify.ts';
import type { Principal } from '../../../shared/access/principal.ts';
import { verifyLine, verifyMessage } from '../../../shared/usage/verifyLine.ts';
import { limits } from '../../authorizer/limits.ts';
import { limiterFailureLine } from '../../authorizer/metrics.ts';
import type { Answer, RouteHandler } from '../../http/request.ts';
import { log } from '../../log.ts';
import { stores, verificationSources } from './dependencies.ts';
import { viewUsedKey } from './view.ts';

const admit = limits(verificationSources.plans);

/** `POST /keys/verify`: always 200; a refusal is an answer. What is verified counts as a request with the key. */
export const verifyToken: RouteHandler<'verifyToken'> = async ({ body, principal, nowMs }) => {
  const { token, product, scopes, ip } = body;
  const verdict = await verify(token, { product, scopes, ip }, verificationSources);
  // A stranger's token is unknown here, whatever became of it.
  if (verdict.key && !isVisible(verdict.key.organizationId, principal)) return answer('unknown_key');
  const code = await codeOf(verdict, nowMs);
  const line = verifyLine(verdict.key, { code, ip, nowMs });
  if (line) log('INFO', verifyMessage, { ...line });
  // Only the holder of the token learns anything of its key.
  const record = verdict.key && (await stores.keys.get(verdict.key.id));
  return answer(code, record ? { key: await viewUsedKey(record, nowMs) } : {});
};

/** Null for a token that is valid, and within its limits. */
async function codeOf(verdict: Verdict, nowMs: number): Promise<string | null> {
  if (!verdict.valid) return verdict.code;
  const admission = await admit(verdict);
  // Counted where the authorizer counts them, so that one alarm tells of both.
  if (admission?.degraded) process.stdout.write(limiterFailureLine(admission.allowed ? 'allow' : 'limited', nowMs));
  return admission?.code ?? null;
}

function answer(code: string | null, more: Record<string, unknown> = {}): Answer {
  return { status: 200, body: { valid: code === null, code, ...more } };
}

function isVisible(organizationId: string, principal: Principal): boolean {
  return principal.isOperator || principal.organizationId === organizationId;
}
