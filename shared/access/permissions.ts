/** Permissions inside one organization; a management key carries them as scopes. */
export const organizationPermissions = {
  'organization:read': 'Read the organization',
  'organization:write': "Change the organization's policy",
  'keys:read': 'List and read keys',
  'keys:write': 'Issue, change and rotate keys',
  'keys:revoke': 'Revoke keys',
  'keys:verify': 'Verify tokens',
  'usage:read': 'Read usage statistics',
  'events:read': 'Read and export the audit trail',
  'members:read': 'List members and roles',
  'members:write': 'Invite, change and remove members',
  'roles:write': 'Define roles',
  'webhooks:read': 'List webhook endpoints and deliveries',
  'webhooks:write': 'Manage webhook endpoints',
} as const satisfies Record<string, string>;

/** Permissions over the whole deployment; only the operator organization can hold them. */
export const operatorPermissions = {
  'organizations:read': 'List and read every organization',
  'organizations:write': 'Create organizations, set their status, plan and products',
} as const satisfies Record<string, string>;

export type Permission = keyof typeof organizationPermissions | keyof typeof operatorPermissions;

export const allPermissions: readonly Permission[] = [
  ...(Object.keys(organizationPermissions) as (keyof typeof organizationPermissions)[]),
  ...(Object.keys(operatorPermissions) as (keyof typeof operatorPermissions)[]),
];

/** The scopes that a management key of this kind of organization may carry. */
export function managementScopes(isOperator: boolean): Readonly<Record<string, string>> {
  return isOperator ? { ...organizationPermissions, ...operatorPermissions } : organizationPermissions;
}
