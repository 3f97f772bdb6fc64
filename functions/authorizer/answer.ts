import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { readCredentials } from '../../shared/access/credentials.ts';
import type { Headers } from '../../shared/access/credentials.ts';
import { authenticationRefusals } from '../../shared/keys/decide.ts';
import type { AuthenticationRefusal, Demand } from '../../shared/keys/decide.ts';
import { problems } from '../../shared/errors/problems.ts';
import { verify } from '../../shared/keys/verify.ts';
import type { VerificationSources, Verdict } from '../../shared/keys/verify.ts';
import { describeError, log } from '../log.ts';
import { policy } from './policy.ts';
import { logRefusal } from './refusals.ts';

type Valid = Extract<Verdict, { valid: true }>;

export interface AnswerOptions {
  readonly authorizer: 'key' | 'management';
  readonly event: APIGatewayRequestAuthorizerEvent;
  /** What the thing behind asks for; a throw is a refusal. */
  readonly demand: () => Demand;
  readonly sources: VerificationSources;
  /** The context of an Allow. */
  readonly contextOf: (verdict: Valid) => Record<string, string>;
}

/**
 * Allow, or Deny with the code (403), or the thrown `Unauthorized` that API Gateway answers with 401.
 * Anything unforeseen is logged and thrown on: API Gateway answers 500 and lets nothing pass.
 */
export async function answer(options: AnswerOptions): Promise<APIGatewayAuthorizerResult> {
  const { event, authorizer } = options;
  let verdict: Verdict;
  try {
    verdict = await judge(options);
  } catch (error) {
    refuseUndecided(authorizer, event, error);
  }
  const { methodArn } = event;
  if (verdict.valid) {
    return policy('Allow', { methodArn, principalId: verdict.key.id, context: options.contextOf(verdict) });
  }
  const { code, detail, keyId, key } = verdict;
  logRefusal(authorizer, event, { code, keyId, organizationId: key?.organizationId ?? null });
  if (isAuthenticationRefusal(code)) throw new Error('Unauthorized');
  return policy('Deny', { methodArn, principalId: keyId ?? 'unknown', context: { code, title: problems[code].title, detail } });
}

/** Logs why nothing could be decided, and throws: API Gateway answers 500. */
export function refuseUndecided(authorizer: 'key' | 'management', event: APIGatewayRequestAuthorizerEvent, error: unknown): never {
  logRefusal(authorizer, event, { code: 'authorizer_failure', keyId: null, organizationId: null });
  log('ERROR', 'authorizer failed', { error: describeError(error) });
  throw new Error('The authorizer could not decide.', { cause: error });
}

/** The headers of a request, each with all its values. */
export function headersOf(event: APIGatewayRequestAuthorizerEvent): Headers {
  return event.multiValueHeaders ?? toMultiValue(event.headers);
}

async function judge({ event, demand, sources }: AnswerOptions): Promise<Verdict> {
  const credentials = readCredentials(headersOf(event));
  if (credentials.kind === 'none') return unauthenticated('missing_key', 'There is no token.');
  if (credentials.kind === 'conflict') return unauthenticated('malformed_key', 'There are two different tokens.');
  return verify(credentials.token, demand(), sources);
}

function toMultiValue(headers: Readonly<Record<string, string | undefined>> | null): Record<string, string[]> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, value === undefined ? [] : [value]]));
}

function unauthenticated(code: 'missing_key' | 'malformed_key', detail: string): Verdict {
  return { valid: false, code, detail, keyId: null, key: null };
}

function isAuthenticationRefusal(code: string): code is AuthenticationRefusal {
  return authenticationRefusals.some((refusal) => refusal === code);
}
