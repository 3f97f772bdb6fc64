import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { builtInPermissions, builtInRoles, isBuiltInRole } from '../access/roles.ts';
import type { Table, Write } from '../table.ts';
import * as z from 'zod';
import type { Role } from './role.ts';

// Access patterns (table keys):
//   a custom role, by name          pk ROLES#<organizationId>  sk ROLE#<name>
//   roles of an organization        pk ROLES#<organizationId>, begins with ROLE#
//   members that hold a role        pk ROLES#<organizationId>  sk HOLDERS#<name>: `total`, and `active` of them
//
// Holders are counted in the transaction that gives or takes a role, so that racing requests can neither remove the
// last superadmin nor a role that is being given to someone.

const storedSchema = z.object({ name: z.string(), permissions: z.array(z.string()) });

/** A count of holders that moves: who holds the role, and how many of them have signed in. */
export interface HolderChange {
  readonly role: string;
  readonly total: -1 | 0 | 1;
  readonly active: -1 | 0 | 1;
}

export interface RoleStore {
  /** A built-in or custom role; null when there is none. */
  get(organizationId: string, name: string, isOperator: boolean): Promise<Role | null>;
  /** Built-in roles first. */
  list(organizationId: string, isOperator: boolean): Promise<Role[]>;
  /** Refused as `role` when it is not as it was read (`current`, null for none). */
  put(organizationId: string, role: Role, current: Role | null): Write;
  /** Refused as `role` when it is gone, as `holders` when a member holds it. */
  remove(organizationId: string, name: string): Write[];
  /**
   * Moves the count of a role's holders. Refused as `holders` when the last superadmin would go, or the last one who
   * has signed in.
   */
  countHolders(organizationId: string, change: HolderChange): Write;
  /** Refused as `role` when a custom role is not as it was read: what is given must be what was checked. */
  assertExists(organizationId: string, role: Role): Write[];
}

export function roleStore(table: Table): RoleStore {
  return {
    async get(organizationId, name, isOperator) {
      if (isBuiltInRole(name)) return builtIn(name, isOperator);
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: roleKey(organizationId, name), ConsistentRead: true }),
      );
      return Item ? { ...storedSchema.parse(Item), builtIn: false } : null;
    },
    async list(organizationId, isOperator) {
      const { Items = [] } = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          KeyConditionExpression: 'pk = :list AND begins_with(sk, :role)',
          ExpressionAttributeValues: { ':list': `ROLES#${organizationId}`, ':role': 'ROLE#' },
          ConsistentRead: true,
        }),
      );
      const custom = Items.map((item) => ({ ...storedSchema.parse(item), builtIn: false }));
      return [...builtInRoles.map((name) => builtIn(name, isOperator)), ...custom];
    },
    put(organizationId, { name, permissions }, current) {
      const Item = { ...roleKey(organizationId, name), name, permissions };
      const stillAsRead = current ? hasPermissions(current.permissions) : { ConditionExpression: 'attribute_not_exists(pk)' };
      return { name: 'role', action: { Put: { TableName: table.name, Item, ...stillAsRead } } };
    },
    remove: (organizationId, name) => removeRole(table, organizationId, name),
    countHolders: (organizationId, change) => countHolders(table, organizationId, change),
    assertExists(organizationId, { name, builtIn: isBuiltIn, permissions }) {
      if (isBuiltIn) return [];
      const check = { TableName: table.name, Key: roleKey(organizationId, name), ...hasPermissions(permissions) };
      return [{ name: 'role', action: { ConditionCheck: check } }];
    },
  };
}

function hasPermissions(permissions: readonly string[]) {
  return {
    ConditionExpression: '#permissions = :permissions',
    ExpressionAttributeNames: { '#permissions': 'permissions' },
    ExpressionAttributeValues: { ':permissions': permissions },
  };
}

function builtIn(name: (typeof builtInRoles)[number], isOperator: boolean): Role {
  return { name, builtIn: true, permissions: [...builtInPermissions(name, isOperator)] };
}

function roleKey(organizationId: string, name: string) {
  return { pk: `ROLES#${organizationId}`, sk: `ROLE#${name}` };
}

function holdersKey(organizationId: string, name: string) {
  return { pk: `ROLES#${organizationId}`, sk: `HOLDERS#${name}` };
}

function removeRole(table: Table, organizationId: string, name: string): Write[] {
  const heldByNobody = 'attribute_not_exists(#total) OR #total = :none';
  return [
    {
      name: 'role',
      action: {
        Delete: { TableName: table.name, Key: roleKey(organizationId, name), ConditionExpression: 'attribute_exists(pk)' },
      },
    },
    {
      name: 'holders',
      action: {
        ConditionCheck: {
          TableName: table.name,
          Key: holdersKey(organizationId, name),
          ConditionExpression: heldByNobody,
          ExpressionAttributeNames: { '#total': 'total' },
          ExpressionAttributeValues: { ':none': 0 },
        },
      },
    },
  ];
}

function countHolders(table: Table, organizationId: string, { role, total, active }: HolderChange): Write {
  const isOneOfSeveral = '#total > :one';
  const isOneOfSeveralWhoSignedIn = '#active > :one';
  const conditions = [
    ...(role === 'superadmin' && total < 0 ? [isOneOfSeveral] : []),
    ...(role === 'superadmin' && active < 0 ? [isOneOfSeveralWhoSignedIn] : []),
  ];
  return {
    name: 'holders',
    action: {
      Update: {
        TableName: table.name,
        Key: holdersKey(organizationId, role),
        UpdateExpression: 'ADD #total :total, #active :active',
        ...(conditions.length > 0 ? { ConditionExpression: conditions.join(' AND ') } : {}),
        ExpressionAttributeNames: { '#total': 'total', '#active': 'active' },
        ExpressionAttributeValues: { ':total': total, ':active': active, ...(conditions.length > 0 ? { ':one': 1 } : {}) },
      },
    },
  };
}
