import * as z from 'zod';
import { wildcardMatches } from '../lambda/permissions.ts';

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => (Array.isArray(value) ? value : [value]));

const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore,
  Resource: oneOrMore,
});

/** What API Gateway reads of an authorizer's policy. Conditions and Not… elements are refused rather than ignored. */
export const policyDocument = z.object({
  Version: z.string().optional(),
  Id: z.string().optional(),
  Statement: z.union([z.array(statement), statement.transform((only) => [only])]),
});
export type PolicyDocument = z.infer<typeof policyDocument>;

export type PolicyDecision = 'allow' | 'explicitDeny' | 'noMatch';

/** IAM's order: a matching Deny wins, then a matching Allow, else the call is not allowed. */
export function evaluatePolicy(policy: PolicyDocument, methodArn: string): PolicyDecision {
  const matching = policy.Statement.filter(
    ({ Action, Resource }) =>
      Action.some((action) => wildcardMatches(action.toLowerCase(), 'execute-api:invoke')) &&
      Resource.some((resource) => wildcardMatches(resource, methodArn)),
  );
  if (matching.some(({ Effect }) => Effect === 'Deny')) return 'explicitDeny';
  return matching.length > 0 ? 'allow' : 'noMatch';
}
