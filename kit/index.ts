/** What a CDK app imports to put Gatewarden in front of its API. */
export { Gatewarden } from './cdk/gatewarden.ts';
export type { FromDeploymentOptions } from './cdk/gatewarden.ts';
export { KeyAuthorizer } from './cdk/keyAuthorizer.ts';
export type { LeaveOpenOptions, Protectable, ProtectOptions } from './cdk/keyAuthorizer.ts';
export type { KeyAuthorizerProps } from './cdk/keyAuthorizerProps.ts';
