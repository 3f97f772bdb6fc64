import type { App } from 'aws-cdk-lib';
import type { Config } from '../shared/config/config.ts';
import { SignInStack } from './stacks/signInStack.ts';

/** Whose access tokens the management API takes. */
export interface Issuer {
  /** As the tokens' `iss` has it. */
  readonly issuer: string;
  /** The clients that the tokens may be issued to. */
  readonly clientIds: readonly string[];
}

/** Where the console stands on a developer's machine. */
const localConsoleUrl = 'http://localhost:4702/';

/** The issuer of the configuration: a user pool that is deployed with the rest, or one that is there already. */
export function signInIssuer(app: App, prefix: string, { name, signIn }: Config): Issuer {
  if (signIn.provider === 'oidc') return { issuer: signIn.issuer, clientIds: signIn.clientIds };
  return new SignInStack(app, `${prefix}-SignIn`, {
    description: 'Gatewarden: user pool of the members',
    name,
    callbackUrls: [localConsoleUrl],
    // Deleting it would lock every member out, and cannot be undone.
    terminationProtection: true,
  });
}
