import { Aws, CfnOutput, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  UserPool,
  UserPoolClientIdentityProvider,
} from 'aws-cdk-lib/aws-cognito';
import type { UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import type { Issuer } from '../signIn.ts';

export interface SignInStackProps extends StackProps {
  /** Name of the deployment. */
  readonly name: string;
  /** Where people are sent back to after they have signed in or out: each address as it is, with its path. */
  readonly callbackUrls: readonly string[];
}

/** Who signs members in, where the deployment brings its own: a Cognito user pool with managed login. */
export class SignInStack extends Stack implements Issuer {
  readonly issuer: string;
  readonly clientIds: readonly string[];

  constructor(scope: Construct, id: string, { name, callbackUrls, ...props }: SignInStackProps) {
    super(scope, id, props);
    const pool = this.addPool();
    const client = addClient(pool, callbackUrls);
    this.addLoginPages(pool, client, name);
    this.issuer = pool.userPoolProviderUrl;
    this.clientIds = [client.userPoolClientId];
    new CfnOutput(this, 'SignInIssuer', { value: this.issuer, description: 'Issuer of the access tokens of members' });
    new CfnOutput(this, 'SignInClientId', { value: client.userPoolClientId, description: 'Public client that members sign in with' });
  }

  /** Kept when the stack goes: members are bound to the subjects of this very pool. */
  private addPool(): UserPool {
    const pool = new UserPool(this, 'Members', {
      // Anyone may have an account; it opens nothing until an organization has invited its verified address.
      selfSignUpEnabled: true,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      // A changed address counts once it is verified, and the old one until then.
      keepOriginal: { email: true },
      standardAttributes: { email: { required: true, mutable: true } },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        passwordHistorySize: 5,
        tempPasswordValidity: Duration.days(3),
      },
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      featurePlan: FeaturePlan.ESSENTIALS,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    accept(pool, 'COG2', 'Each member chooses whether to add an authenticator app; what is sensitive asks for a PIN besides, by the policy of the organization.');
    accept(pool, 'COG8', 'Threat protection is charged per active member; whether it is worth that is for the operator to choose.');
    return pool;
  }

  private addLoginPages(pool: UserPool, client: UserPoolClient, name: string): void {
    if (/aws|amazon|cognito/.test(name)) {
      throw new Error(`gatewarden.config.ts: name: must not hold "aws", "amazon" or "cognito", which no Cognito domain may; got "${name}".`);
    }
    pool.addDomain('Domain', {
      // A prefix is taken once in a region, over all accounts.
      cognitoDomain: { domainPrefix: `${name}-${Aws.ACCOUNT_ID}` },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    // Without a style of its own, a client's managed login has no pages.
    new CfnManagedLoginBranding(this, 'Branding', {
      userPoolId: pool.userPoolId,
      clientId: client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
  }
}

/** A public client: authorization code with PKCE, no secret that a browser or a terminal could not keep. */
function addClient(pool: UserPool, callbackUrls: readonly string[]): UserPoolClient {
  return pool.addClient('Client', {
    generateSecret: false,
    authFlows: { userSrp: true },
    oAuth: {
      flows: { authorizationCodeGrant: true },
      scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
      callbackUrls: [...callbackUrls],
      logoutUrls: [...callbackUrls],
    },
    supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
    accessTokenValidity: Duration.minutes(30),
    idTokenValidity: Duration.minutes(30),
    refreshTokenValidity: Duration.hours(12),
  });
}

function accept(scope: Construct, rule: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: `AwsSolutions::AwsSolutions-${rule}`, reason });
}
