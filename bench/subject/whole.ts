// Entry of the bundle with nothing stubbed: the deployed authorizer, and the client that it reads with.
export { handler } from '../../functions/authorizer/key.ts';
export { services } from '../../functions/verificationDependencies.ts';
