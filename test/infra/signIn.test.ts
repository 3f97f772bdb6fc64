import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import rawConfig from '../../gatewarden.config.ts';
import { found } from './found.ts';
import { resources, synthesized } from './synthesized.ts';
import type { Templates } from './synthesized.ts';

function authorizerVariables({ Api }: Templates): Record<string, unknown> {
  const authorizer = Object.entries(resources(Api, 'AWS::Lambda::Function')).find(([id]) => id.startsWith('ManagementAuthorizer'));
  const environment = authorizer?.[1].Properties['Environment'] as { Variables: Record<string, unknown> } | undefined;
  return environment?.Variables ?? {};
}

describe('with a user pool of its own', () => {
  const templates = synthesized();
  const { SignIn: template } = templates;
  if (!template) throw new Error('There is no stack for the sign-in.');

  it('the pool survives the stack, and a delete by mistake', () => {
    expect(found(template, 'AWS::Cognito::UserPool', { DeletionProtection: 'ACTIVE' }, { DeletionPolicy: 'Retain' })).toHaveLength(1);
  });

  it('an account is a verified address with a strong password, and an authenticator app for who wants one', () => {
    expect(found(template, 'AWS::Cognito::UserPool', {
      UsernameAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
      AutoVerifiedAttributes: ['email'],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
      Policies: { PasswordPolicy: { MinimumLength: 12, RequireLowercase: true, RequireUppercase: true, RequireNumbers: true, RequireSymbols: true } },
      MfaConfiguration: 'OPTIONAL',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      SmsConfiguration: Match.absent(),
    })).toHaveLength(1);
  });

  it('the client is public: a code with PKCE, no implicit grant, no secret, short tokens that can be revoked', () => {
    expect(found(template, 'AWS::Cognito::UserPoolClient', {
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email'],
      CallbackURLs: ['http://localhost:4702/'],
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      GenerateSecret: false,
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: true,
      AccessTokenValidity: 30,
      TokenValidityUnits: { AccessToken: 'minutes' },
    })).toHaveLength(1);
  });

  it('managed login has an address and a style', () => {
    const prefix = { 'Fn::Join': ['', ['gatewarden-', { Ref: 'AWS::AccountId' }]] };
    expect(found(template, 'AWS::Cognito::UserPoolDomain', { Domain: prefix, ManagedLoginVersion: 2 })).toHaveLength(1);
    expect(found(template, 'AWS::Cognito::ManagedLoginBranding', { UseCognitoProvidedValues: true })).toHaveLength(1);
  });

  it('issuer and client are outputs', () => {
    const [pool] = Object.keys(resources(template, 'AWS::Cognito::UserPool'));
    const [client] = Object.keys(resources(template, 'AWS::Cognito::UserPoolClient'));
    expect(template.findOutputs('SignInIssuer')).toMatchObject({ SignInIssuer: { Value: { 'Fn::GetAtt': [pool, 'ProviderURL'] } } });
    expect(template.findOutputs('SignInClientId')).toMatchObject({ SignInClientId: { Value: { Ref: client } } });
  });

  it('the management authorizer takes tokens of this pool for this client', () => {
    const { OIDC_ISSUER, OIDC_CLIENT_IDS } = authorizerVariables(templates);
    expect(JSON.stringify(OIDC_ISSUER)).toMatch(/^\{"Fn::ImportValue":"Gatewarden-SignIn:ExportsOutputFnGetAttMembers\w+ProviderURL\w+"\}$/);
    expect(JSON.stringify(OIDC_CLIENT_IDS)).toMatch(/^\{"Fn::ImportValue":"Gatewarden-SignIn:ExportsOutputRefMembersClient\w+"\}$/);
  });
});

describe('with an issuer that is there already', () => {
  const templates = synthesized({ ...rawConfig, signIn: { provider: 'oidc', issuer: 'https://login.example.com/', clientIds: ['console', 'cli'] } });

  it('no user pool is deployed', () => {
    expect(templates.SignIn).toBeUndefined();
  });

  it('the management authorizer takes its tokens, for the clients that the configuration names', () => {
    expect(authorizerVariables(templates)).toMatchObject({ OIDC_ISSUER: 'https://login.example.com/', OIDC_CLIENT_IDS: 'console,cli' });
  });
});

it('a name that no Cognito domain may hold is refused, and the error names the field', () => {
  expect(() => synthesized({ ...rawConfig, name: 'gateaws' })).toThrow('gatewarden.config.ts: name: must not hold "aws"');
});
