import { decodeCallerContext } from '../../shared/access/authorizerContext.ts';
import type { CallerContext } from '../../shared/access/authorizerContext.ts';
import { Problem } from '../../shared/errors/problems.ts';
import { authorizerContextOf } from './event.ts';
import type { Requested } from './event.ts';
import { rateLimitOf } from './rateLimit.ts';
import type { RateLimit } from './rateLimit.ts';

/** The key that made a request, and whose it is, as the key authorizer found it. */
export interface Caller extends CallerContext {
  /** Null where no limit and no quota bounds the key. */
  readonly rateLimit: RateLimit | null;
}

/**
 * The caller of a request that came through the key authorizer. Throws for any other: what answers it stands
 * behind a method that is not protected, and must not guess whose data it serves.
 */
export function callerOf(event: Requested): Caller {
  const context = authorizerContextOf(event);
  const caller = decodeCallerContext(context);
  if (caller) return { ...caller, rateLimit: rateLimitOf(context) };
  throw new Problem('internal_error', 'The request could not be handled. Try again; if it stays, report the request id.', {
    cause: new Error('The request carries no caller: is the method protected by a KeyAuthorizer?'),
  });
}

/** Refuses, with 403 `insufficient_scope`, a caller whose key lacks the scope. */
export function requireScope(caller: Caller, scope: string): void {
  if (caller.scopes.includes(scope)) return;
  throw new Problem('insufficient_scope', `The key lacks the scope ${scope}.`, { extras: { missing: [scope] } });
}
