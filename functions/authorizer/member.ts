import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { encodeText } from '../../shared/access/authorizerContext.ts';
import type { MemberRecord } from '../../shared/members/member.ts';
import type { Membership } from '../../shared/members/store.ts';
import { cachedForTenSeconds } from '../../shared/organizations/cached.ts';
import { oidcIssuer } from '../../shared/signIn/issuer.ts';
import { config } from '../config.ts';
import { keysTableStores, nowMs } from '../dependencies.ts';
import { readEnv } from '../env.ts';
import { describeError } from '../log.ts';

const env = readEnv('OIDC_ISSUER', 'OIDC_CLIENT_IDS', 'BIND_MEMBER_FUNCTION');
const { members, roles, organizations } = keysTableStores();
const lambda = new LambdaClient({});
const issuer = oidcIssuer({
  issuer: env.OIDC_ISSUER,
  clientIds: env.OIDC_CLIENT_IDS.split(','),
  audience: config.signIn.provider === 'oidc' ? (config.signIn.audience ?? null) : null,
  nowMs,
});

// Asked whenever a path is not of one's own organization, as all of a tenant's are for a member of the operator's.
const holderOf = cachedForTenSeconds((accessToken) => issuer.holderOf(accessToken), nowMs);

export type MemberVerdict =
  | { readonly valid: true; readonly memberId: string; readonly context: Record<string, string> }
  | { readonly valid: false; readonly code: 'invalid_access_token'; readonly reason: unknown }
  | { readonly valid: false; readonly code: 'not_a_member'; readonly organizationId: string | null };

/** Whether the text has the form of a JWT, which no token of ours has. */
export function isJwt(text: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);
}

/**
 * The member who signed in, in the organization that the path names or else in one of theirs. Member and role are
 * read anew each time, strongly consistent: whoever was removed or demoted is so on the next request.
 */
export async function authenticateMember(accessToken: string, organizationId: string | null): Promise<MemberVerdict> {
  let signIn;
  try {
    signIn = await issuer.verify(accessToken);
  } catch (error) {
    return { valid: false, code: 'invalid_access_token', reason: describeError(error) };
  }
  const subject = subjectAtIssuer(signIn.subject);
  const member = await findMember({ subject, accessToken, organizationId });
  if (!member) return { valid: false, code: 'not_a_member', organizationId };
  return { valid: true, memberId: member.id, context: await contextOf(member, signIn.sessionId) };
}

/** Subjects are unique at their issuer only (OpenID Connect Core, 2). */
function subjectAtIssuer(subject: string): string {
  return `${env.OIDC_ISSUER} ${subject}`;
}

async function findMember(options: {
  subject: string;
  accessToken: string;
  organizationId: string | null;
}): Promise<MemberRecord | null> {
  const { subject, accessToken, organizationId } = options;
  let memberships = await members.membershipsOfSubject(subject);
  const isBound = memberships.some((membership) => organizationId === null || membership.organizationId === organizationId);
  if (!isBound && (await bindInvitations({ subject, accessToken, memberships }))) memberships = await members.membershipsOfSubject(subject);
  const chosen = await choose(memberships, organizationId);
  const member = chosen && (await members.get(chosen.memberId));
  return member?.subject === subject ? member : null;
}

/** The path's organization; else the operator's, whose members reach into others; else the one that was joined first. */
async function choose(memberships: readonly Membership[], organizationId: string | null): Promise<Membership | undefined> {
  const own = memberships.find((membership) => membership.organizationId === organizationId);
  if (own || memberships.length < 2) return own ?? memberships[0];
  for (const membership of memberships) {
    if ((await organizations.get(membership.organizationId))?.isOperator) return membership;
  }
  return memberships[0];
}

/** Binds the open invitations of the signed-in person's verified address; true when there are more memberships by now. */
async function bindInvitations(options: {
  subject: string;
  accessToken: string;
  memberships: readonly Membership[];
}): Promise<boolean> {
  const { subject, accessToken, memberships } = options;
  const holder = await holderOf(accessToken);
  if (!holder || subjectAtIssuer(holder.subject) !== subject) return false;
  const { email } = holder;
  const others = (await members.membershipsOfEmail(email)).filter((one) => memberships.every(({ memberId }) => memberId !== one.memberId));
  const found = await Promise.all(others.map(({ memberId }) => members.get(memberId)));
  // Open ones alone are worth the call; those of the subject were bound a moment ago, by a request at the same time.
  if (!found.some((member) => member?.subject === null)) return found.some((member) => member?.subject === subject);
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: env.BIND_MEMBER_FUNCTION, Payload: Buffer.from(JSON.stringify({ subject, email })) }),
  );
  if (answer.FunctionError) throw new Error('The invitation could not be bound to whoever signed in.');
  return true;
}

async function contextOf(member: MemberRecord, sessionId: string): Promise<Record<string, string>> {
  const organization = await organizations.get(member.organizationId);
  if (!organization) throw new Error(`Member ${member.id} belongs to an organization that is not there.`);
  const role = await roles.get(member.organizationId, member.role, organization.isOperator);
  return {
    principalType: 'member',
    principalRef: member.id,
    principalName: encodeText(member.name ?? member.email),
    organizationId: member.organizationId,
    organizationStatus: organization.status,
    isOperator: String(organization.isOperator),
    role: member.role,
    // A role that is gone permits nothing.
    permissions: (role?.permissions ?? []).join(' '),
    // A new PIN, one that was removed, or another role ends what was shown in the sign-in before.
    sessionId: `${sessionId} ${member.version}`,
  };
}
