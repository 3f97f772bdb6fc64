/** What a Lambda function behind a `KeyAuthorizer` imports. Holds nothing of the CDK. */
export { json, problemAnswer } from './lambda/answer.ts';
export type { Answer } from './lambda/answer.ts';
export { callerOf, requireScope } from './lambda/caller.ts';
export type { Caller } from './lambda/caller.ts';
export { keyCaller } from './lambda/keyCaller.ts';
export type { CallerContext, KeyCallerOptions } from './lambda/keyCaller.ts';
export type { RateLimit } from './lambda/rateLimit.ts';
export { whoami } from './lambda/whoami.ts';
export { Problem, notFound } from '../shared/errors/problems.ts';
export type { FieldError, ProblemCode } from '../shared/errors/problems.ts';
