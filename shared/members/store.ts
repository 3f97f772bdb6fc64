import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { readIndexPage } from '../indexPage.ts';
import type { IndexPlace, ListPlace } from '../indexPage.ts';
import type { Table, Write } from '../table.ts';
import { memberRecordSchema } from './member.ts';
import type { MemberRecord } from './member.ts';

// Access patterns (table keys):
//   a member, by id                                pk MEMBER#<memberId>  sk MEMBER
//   members of an organization, oldest first       byOrganization: gsi1pk ORG#<organizationId>#MEMBERS, gsi1sk <createdAt>#<memberId>
//   memberships of an address, one an organization pk EMAIL#<address>    sk ORG#<organizationId>
//   memberships of a subject, one an organization  pk SUBJECT#<issuer> <subject>  sk ORG#<organizationId>

const membershipSchema = z.object({ memberId: z.string(), organizationId: z.string(), joinedAt: z.string().optional() });
export type Membership = z.infer<typeof membershipSchema>;

export interface MemberStore {
  /** Strongly consistent. */
  get(memberId: string): Promise<MemberRecord | null>;
  /** Members of an organization, oldest first. */
  page(
    organizationId: string,
    after: ListPlace | null,
    size: number,
  ): Promise<{ rows: readonly MemberRecord[]; hasMore: boolean }>;
  /** In the order in which they were joined: what someone else invites to later comes last. */
  membershipsOfSubject(subject: string): Promise<readonly Membership[]>;
  membershipsOfEmail(email: string): Promise<readonly Membership[]>;
  /** Refused as `email` when the address is a member already. */
  create(member: MemberRecord): Write[];
  /** Refused as `member` when it is not at the version that was read. */
  replace(before: MemberRecord, after: MemberRecord): Write;
  /** Binds a subject at the first sign-in: refused as `member` or `subject` when that was done before. */
  bind(before: MemberRecord, after: MemberRecord & { subject: string }, joinedAt: string): Write[];
  /** Refused as `member` when it is not at the version that was read. */
  remove(member: MemberRecord): Write[];
}

export function memberStore(table: Table): MemberStore {
  return {
    async get(memberId) {
      const Key = memberKey(memberId);
      const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
      return Item ? memberRecordSchema.strip().parse(Item) : null;
    },
    async page(organizationId, after, size) {
      const list = listOf(organizationId);
      const page = await readIndexPage(table, { list, after: after && placeOf(after), size, newestFirst: false });
      return { ...page, rows: page.rows.map((row) => memberRecordSchema.strip().parse(row)) };
    },
    membershipsOfSubject: async (subject) => (await memberships(table, `SUBJECT#${subject}`)).toSorted(byJoining),
    membershipsOfEmail: (email) => memberships(table, `EMAIL#${email.toLowerCase()}`),
    create: (member) => [
      put(table, 'member', toItem(member), notThereYet),
      put(table, 'email', { ...emailKey(member), ...membershipOf(member) }, notThereYet),
    ],
    replace: (before, after) => put(table, 'member', toItem(after), atVersion(before)),
    bind: (before, after, joinedAt) => [
      put(table, 'member', toItem(after), atVersion(before)),
      put(table, 'subject', { ...subjectKey(after.subject, after), ...membershipOf(after), joinedAt }, notThereYet),
    ],
    remove: (member) => [
      remove(table, 'member', memberKey(member.id), atVersion(member)),
      remove(table, 'email', emailKey(member), {}),
      ...(member.subject === null ? [] : [remove(table, 'subject', subjectKey(member.subject, member), {})]),
    ],
  };
}

interface Condition {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
}

const notThereYet: Condition = { ConditionExpression: 'attribute_not_exists(pk)' };

function atVersion({ version }: MemberRecord): Condition {
  return {
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':version': version },
  };
}

function put(table: Table, name: string, Item: Record<string, unknown>, condition: Condition): Write {
  return { name, action: { Put: { TableName: table.name, Item, ...condition } } };
}

function remove(table: Table, name: string, Key: Record<string, string>, condition: Condition): Write {
  return { name, action: { Delete: { TableName: table.name, Key, ...condition } } };
}

function memberKey(memberId: string) {
  return { pk: `MEMBER#${memberId}`, sk: 'MEMBER' };
}

function emailKey({ email, organizationId }: MemberRecord) {
  return { pk: `EMAIL#${email}`, sk: `ORG#${organizationId}` };
}

function subjectKey(subject: string, { organizationId }: MemberRecord) {
  return { pk: `SUBJECT#${subject}`, sk: `ORG#${organizationId}` };
}

function byJoining(left: Membership, right: Membership): number {
  return (left.joinedAt ?? '').localeCompare(right.joinedAt ?? '');
}

function membershipOf({ id, organizationId }: MemberRecord): Membership {
  return { memberId: id, organizationId };
}

function listOf(organizationId: string): string {
  return `ORG#${organizationId}#MEMBERS`;
}

function placeOf({ id, createdAt }: ListPlace): IndexPlace {
  return { ...memberKey(id), gsi1sk: `${createdAt}#${id}` };
}

function toItem(member: MemberRecord): Record<string, unknown> {
  return { ...placeOf(member), gsi1pk: listOf(member.organizationId), ...member };
}

async function memberships(table: Table, pk: string): Promise<readonly Membership[]> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
    }),
  );
  return Items.map((item) => membershipSchema.parse(item));
}
