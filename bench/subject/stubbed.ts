// Entry of the bundle with stubbed stores: the deployed authorizer, and the parts of it that are measured by themselves.
export { handler } from '../../functions/authorizer/key.ts';
export { policy } from '../../functions/authorizer/policy.ts';
export { authorizerSources } from '../../functions/authorizer/sources.ts';
export { verify } from '../../shared/keys/verify.ts';
export { stub } from './stub.ts';
