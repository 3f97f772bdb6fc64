import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import { encodeCallerLimit } from '../../shared/access/authorizerContext.ts';
import { readCredentials } from '../../shared/access/credentials.ts';
import { authenticationRefusals } from '../../shared/keys/decide.ts';
import type { AuthenticationRefusal, Demand } from '../../shared/keys/decide.ts';
import { problems } from '../../shared/errors/problems.ts';
import { verify } from '../../shared/keys/verify.ts';
import type { VerificationSources, Verdict } from '../../shared/keys/verify.ts';
import type { Admission } from '../../shared/limits/admission.ts';
import { callerLimitOf } from '../../shared/limits/callerLimit.ts';
import { describeError, log } from '../log.ts';
import { policy } from './policy.ts';
import { logRefusal } from './refusals.ts';
import type { AuthorizerName } from './refusals.ts';
import type { AuthorizerRequest } from './request.ts';

type Valid = Extract<Verdict, { valid: true }>;

export interface JudgeOptions {
  readonly authorizer: AuthorizerName;
  readonly request: AuthorizerRequest;
  /** What the thing behind asks for; a throw is a refusal. */
  readonly demand: () => Demand;
  readonly sources: VerificationSources;
  /** The context of an Allow. */
  readonly contextOf: (verdict: Valid) => Record<string, string>;
  /** Takes the request from the key's limits; null where nothing bounds it. @default - nothing does */
  readonly admit?: (verdict: Valid) => Promise<Admission | null>;
}

/** What became of a request, apart from how an API is told. */
export type Outcome =
  | { readonly kind: 'allow' | 'limited'; readonly principalId: string; readonly context: Record<string, string>; readonly admission: Admission | null }
  | { readonly kind: 'deny'; readonly principalId: string; readonly context: Record<string, string> }
  | { readonly kind: 'unauthorized' };

/**
 * Lets a request pass, refuses it with a code (403) or a limit (429), or leaves it unauthenticated (401). Each refusal
 * is a line in the log. Anything unforeseen is logged and thrown on: API Gateway answers 500 and lets nothing pass.
 */
export async function judge(options: JudgeOptions): Promise<Outcome> {
  const { request, authorizer } = options;
  try {
    const verdict = await verdictOf(options);
    return verdict.valid ? await admitted(options, verdict) : refused(options, verdict);
  } catch (error) {
    return refuseUndecided(authorizer, request, error);
  }
}

/** Logs why nothing could be decided, and throws: API Gateway answers 500. */
export function refuseUndecided(authorizer: AuthorizerName, request: AuthorizerRequest, error: unknown): never {
  logRefusal(authorizer, request, { code: 'authorizer_failure', keyId: null, organizationId: null });
  log('ERROR', 'authorizer failed', { error: describeError(error) });
  throw new Error('The authorizer could not decide.', { cause: error });
}

/** An outcome as a REST API takes it. `Unauthorized`, thrown, is what it answers with 401. */
export function restAnswer(outcome: Outcome, methodArn: string): APIGatewayAuthorizerResult {
  if (outcome.kind === 'unauthorized') throw new Error('Unauthorized');
  const { kind, principalId, context } = outcome;
  return policy(kind === 'deny' ? 'Deny' : 'Allow', { methodArn, principalId, context });
}

async function verdictOf({ request, demand, sources }: JudgeOptions): Promise<Verdict> {
  const credentials = readCredentials(request.headers);
  if (credentials.kind === 'none') return unauthenticated('missing_key', 'There is no token.');
  if (credentials.kind === 'conflict') return unauthenticated('malformed_key', 'There are two different tokens.');
  return verify(credentials.token, demand(), sources);
}

async function admitted({ authorizer, request, sources, contextOf, admit }: JudgeOptions, verdict: Valid): Promise<Outcome> {
  const { id: keyId, organizationId } = verdict.key;
  const admission = admit ? await admit(verdict) : null;
  const context = { ...contextOf(verdict), ...(admission && encodeCallerLimit(callerLimitOf(admission), sources.nowMs())) };
  if (admission === null || admission.allowed) return { kind: 'allow', principalId: keyId, context, admission };
  logRefusal(authorizer, request, { code: admission.code ?? 'rate_limited', keyId, organizationId });
  return { kind: 'limited', principalId: keyId, context, admission };
}

function refused({ authorizer, request }: JudgeOptions, { code, detail, keyId, key }: Extract<Verdict, { valid: false }>): Outcome {
  logRefusal(authorizer, request, { code, keyId, organizationId: key?.organizationId ?? null });
  if (isAuthenticationRefusal(code)) return { kind: 'unauthorized' };
  return { kind: 'deny', principalId: keyId ?? 'unknown', context: { code, title: problems[code].title, detail } };
}

function unauthenticated(code: 'missing_key' | 'malformed_key', detail: string): Verdict {
  return { valid: false, code, detail, keyId: null, key: null };
}

function isAuthenticationRefusal(code: string): code is AuthenticationRefusal {
  return authenticationRefusals.some((refusal) => refusal === code);
}
