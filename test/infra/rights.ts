import type { Template } from 'aws-cdk-lib/assertions';
import { resources } from './synthesized.ts';
import type { Templates } from './synthesized.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** One thing that a role may do: `PutItem` in `keys`, in the partitions `KEY#*`; `SendEmail` of `identity/* as a@example.com`. */
export interface Right {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  /** Partitions of the table, or null for a right that is not cut along them. */
  readonly partitions: readonly string[] | null;
}

/** What each role of the app may do, by the stack and the first words of its logical id. */
export function rightsOfAll(templates: Templates): Right[] {
  return Object.entries(templates).flatMap(([stack, template]) => rightsIn(template).map((right) => ({ ...right, role: `${stack} ${right.role}` })));
}

/** What each role may do, by the first words of its logical id; writing its own log is left out. */
function rightsIn(template: Template): Right[] {
  return Object.values(resources(template, 'AWS::IAM::Policy')).flatMap(({ Properties }) => {
    const { Statement } = Properties['PolicyDocument'] as { Statement: readonly Statement[] };
    const [role] = Properties['Roles'] as { Ref: string }[];
    return Statement.flatMap((statement) => rightsOf(role?.Ref.replace(/(Service)?Role[0-9A-F]+$/, '') ?? '', statement));
  });
}

/** The rights of one role as a table: each action with where it is allowed. */
export function summary(rights: readonly Right[]): Record<string, string> {
  const byAction = Map.groupBy(rights, ({ action, resource }) => (/^keys|^usage/.test(resource) ? `${action} ${resource}` : action));
  return Object.fromEntries(
    [...byAction].map(([action, group]) => [action, [...new Set(group.flatMap(({ partitions, resource }) => partitions ?? [resource]))].sort().join(' ')]),
  );
}

function rightsOf(role: string, { Effect, Action, Resource, Condition }: Statement): Right[] {
  if (Effect !== 'Allow') throw new Error(`${role} holds a statement that denies.`);
  return [Action].flat().flatMap((action) =>
    [Resource].flat().map((resource) => ({ role, action: action.replace(/^\w+:/, ''), resource: `${nameOf(resource)}${senderOf(Condition)}`, partitions: partitionsOf(Condition) })),
  ).filter(({ action }) => action !== 'CreateLogStream' && action !== 'PutLogEvents');
}

/** ` as a@example.com`, where a right is bound to the address that mails come from. */
function senderOf(condition: unknown): string {
  const sender = (condition as { StringEquals?: Record<string, string> } | undefined)?.StringEquals?.['ses:FromAddress'];
  return sender === undefined ? '' : ` as ${sender}`;
}

function partitionsOf(condition: unknown): readonly string[] | null {
  // The sender alone is known as well: see above.
  if (condition === undefined || /^\{"StringEquals":\{"ses:FromAddress":"[^"]+"\}\}$/.test(JSON.stringify(condition))) return null;
  const { 'ForAllValues:StringLike': like, ...others } = condition as Record<string, Record<string, readonly string[]>>;
  const { 'dynamodb:LeadingKeys': partitions, ...otherKeys } = like ?? {};
  if (!partitions || Object.keys({ ...others, ...otherKeys }).length > 0) throw new Error(`Unknown condition: ${JSON.stringify(condition)}`);
  return partitions;
}

/** `keys`, `keys/index/byOrganization`, `stream of keys`, `usage`, `pepper`, `identity/*`, a function; anything else as it stands. */
function nameOf(resource: unknown): string {
  const text = JSON.stringify(resource);
  const index = text.includes('/index/') ? `/index/${/\/index\/([^"]*)/.exec(text)?.[1] ?? ''}` : '';
  if (/OutputFnGetAttKeys[0-9A-F]{8}StreamArn/.test(text)) return 'stream of keys';
  const [ofMail] = /(?<=":)(configuration-set|identity)\/[^"]*/.exec(text) ?? [];
  if (ofMail !== undefined) return ofMail;
  if (/OutputFnGetAttKeys|"Keys[0-9A-F]{8}"/.test(text)) return `keys${index}`;
  if (/OutputFnGetAttUsage|"Usage[0-9A-F]{8}"/.test(text)) return `usage${index}`;
  if (/OutputRefPepper/.test(text)) return 'pepper';
  if (/OutputRefEventSigningSeed/.test(text)) return 'event signing seed';
  if (/RootToken/.test(text)) return 'root token';
  if (/"Orders[0-9A-F]{8}"/.test(text)) return 'orders';
  return /"(\w+?)(?:Function)?[0-9A-F]{8}","Arn"/.exec(text)?.[1] ?? text;
}
