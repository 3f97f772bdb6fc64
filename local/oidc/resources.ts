import * as z from 'zod';
import { shortId, stableSuffix } from '../cloudformation/physicalNames.ts';
import type { ResourceHandler, ResourceHandlers } from '../cloudformation/resourceTypes.ts';

const createPool: ResourceHandler = async ({ stack, logicalId }, { userPools, region, accountId }) => {
  const id = `${region}_${stableSuffix(`${stack}/${logicalId}`, 9)}`;
  const { issuer } = await userPools.addPool(id);
  return {
    ref: id,
    attributes: {
      UserPoolId: id,
      Arn: `arn:aws:cognito-idp:${region}:${accountId}:userpool/${id}`,
      ProviderName: issuer.replace(/^https?:\/\//u, ''),
      ProviderURL: issuer,
    },
  };
};

const unit = z.enum(['seconds', 'minutes', 'hours', 'days']);
const secondsIn = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;

const clientProperties = z.object({
  UserPoolId: z.string(),
  ClientName: z.string().optional(),
  GenerateSecret: z.literal(false, { error: 'clients with a secret are not played' }).optional(),
  AllowedOAuthFlows: z.array(z.literal('code', { error: 'only the code flow is played' })).default([]),
  AllowedOAuthScopes: z.array(z.string()).default([]),
  CallbackURLs: z.array(z.string()).default([]),
  LogoutURLs: z.array(z.string()).default([]),
  AccessTokenValidity: z.coerce.number().default(1),
  IdTokenValidity: z.coerce.number().default(1),
  RefreshTokenValidity: z.coerce.number().default(30),
  TokenValidityUnits: z
    .object({ AccessToken: unit.default('hours'), IdToken: unit.default('hours'), RefreshToken: unit.default('days') })
    .default({ AccessToken: 'hours', IdToken: 'hours', RefreshToken: 'days' }),
});

const createClient: ResourceHandler = ({ stack, logicalId, properties }, { userPools }) => {
  const parsed = clientProperties.parse(properties);
  const { TokenValidityUnits: units } = parsed;
  const id = shortId(stack, logicalId, 26);
  userPools.addClient(parsed.UserPoolId, {
    id,
    callbackUrls: parsed.CallbackURLs,
    logoutUrls: parsed.LogoutURLs,
    scopes: parsed.AllowedOAuthScopes,
    accessTokenSec: parsed.AccessTokenValidity * secondsIn[units.AccessToken],
    idTokenSec: parsed.IdTokenValidity * secondsIn[units.IdToken],
    refreshTokenSec: parsed.RefreshTokenValidity * secondsIn[units.RefreshToken],
  });
  return { ref: id, attributes: { ClientId: id, Name: parsed.ClientName ?? logicalId } };
};

const createDomain: ResourceHandler = ({ properties }) => {
  const { Domain } = z.object({ Domain: z.string() }).parse(properties);
  return { ref: Domain, attributes: { Id: Domain } };
};

/** The pages are the issuer's own. */
const createBranding: ResourceHandler = ({ stack, logicalId }) => {
  const id = shortId(stack, logicalId, 26);
  return { ref: id, attributes: { ManagedLoginBrandingId: id } };
};

export const userPoolResources: ResourceHandlers = {
  'AWS::Cognito::UserPool': createPool,
  'AWS::Cognito::UserPoolClient': createClient,
  'AWS::Cognito::UserPoolDomain': createDomain,
  'AWS::Cognito::ManagedLoginBranding': createBranding,
};
