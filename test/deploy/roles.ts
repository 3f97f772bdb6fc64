/** What a role may do, and where; all else is refused. */
export interface Row {
  readonly stack: string;
  /** Begin of the logical id of the function's role. */
  readonly role: string;
  readonly may: Readonly<Record<string, string>>;
  /** In the table of usage. @default - nothing */
  readonly ofUsage?: Readonly<Record<string, string>>;
}

const members = 'EMAIL# MEMBER# SUBJECT#';
const bound = 'EMAIL# EVENTS# MEMBER# ROLES# SUBJECT#';
const keysRead = 'EVENTS# IDEMPOTENCY# KEY# ORG# PLACES# STEPUP#';
const keysWritten = 'EVENTS# IDEMPOTENCY# KEY# PLACES#';
const membersRead = 'EMAIL# EVENTS# MEMBER# ORG# PIN# ROLES# SUBJECT#';
const membersWritten = 'EMAIL# EVENTS# MEMBER# PIN# ROLES# STEPUP# SUBJECT#';
const bootstrapped = 'BOOTSTRAP EVENTS# KEY# NOTICEDAYS ORG# PLACES#';
const organizationsRead = 'EVENTS# ORG# STEPUP# SUPPRESSED#';
const organizationsWritten = 'EVENTS# NOTICEDAYS ORG# PLACES# SUPPRESSED#';
const swept = 'EVENTS# KEY# NOTICE# OUTBOX# PLACES# SWEEP';

export const rows: readonly Row[] = [
  {
    stack: 'Gatewarden-Api',
    role: 'KeyAuthorizer',
    may: { GetItem: 'KEY# ORG#', GetSecretValue: 'pepper' },
    ofUsage: { UpdateItem: 'LIMIT# QUOTA#' },
  },
  {
    stack: 'Gatewarden-Api',
    role: 'ManagementAuthorizer',
    may: { GetItem: 'EMAIL# KEY# MEMBER# ORG# ROLES# SUBJECT#', Query: members, GetSecretValue: 'pepper', Invoke: 'BindMember' },
  },
  {
    stack: 'Gatewarden-Api',
    role: 'BindMember',
    may: { GetItem: 'EMAIL# EVENTS# MEMBER# SUBJECT#', Query: 'EMAIL# EVENTS# MEMBER# SUBJECT#', PutItem: bound, UpdateItem: bound },
  },
  {
    stack: 'Gatewarden-Api',
    role: 'Keys',
    may: {
      GetItem: keysRead,
      Query: keysRead,
      ConditionCheck: 'ORG#',
      PutItem: keysWritten,
      UpdateItem: keysWritten,
      QueryIndex: 'ORG#x#KEYS',
      GetSecretValue: 'pepper',
    },
    ofUsage: { GetItem: 'LAST#', Query: 'LAST#', UpdateItem: 'LIMIT# QUOTA#', BatchGetItem: 'LAST#' },
  },
  {
    stack: 'Gatewarden-Api',
    role: 'Usage',
    may: { GetItem: 'KEY# ORG#', Query: 'KEY# ORG#' },
    ofUsage: { GetItem: 'LAST# USAGE#', Query: 'LAST# USAGE#', BatchGetItem: 'LAST# USAGE#' },
  },
  { stack: 'Gatewarden-Api', role: 'Meta', may: { GetItem: 'ORG#', Query: 'ORG#' } },
  {
    stack: 'Gatewarden-Api',
    role: 'Organizations',
    may: {
      GetItem: organizationsRead,
      Query: organizationsRead,
      PutItem: organizationsWritten,
      UpdateItem: organizationsWritten,
      QueryIndex: 'ORGS',
    },
  },
  {
    stack: 'Gatewarden-Api',
    role: 'Members',
    may: {
      GetItem: membersRead,
      Query: membersRead,
      ConditionCheck: 'ROLES#',
      PutItem: membersWritten,
      UpdateItem: membersWritten,
      DeleteItem: 'EMAIL# MEMBER# PIN# ROLES# SUBJECT#',
      QueryIndex: 'ORG#x#MEMBERS',
    },
  },
  { stack: 'Gatewarden-Api', role: 'Events', may: { GetItem: 'EVENTS# KEY# ORG#', Query: 'EVENTS# KEY# ORG#', QueryIndex: 'KEY#x#EVENTS' } },
  {
    stack: 'Gatewarden-Bootstrap',
    role: 'Function',
    may: {
      GetItem: 'BOOTSTRAP EVENTS#',
      Query: 'BOOTSTRAP EVENTS#',
      ConditionCheck: 'ORG#',
      PutItem: bootstrapped,
      UpdateItem: bootstrapped,
      GetSecretValue: 'pepper rootToken',
      PutSecretValue: 'rootToken',
    },
  },
  {
    stack: 'Gatewarden-Jobs',
    role: 'CheckpointEventsJob',
    may: {
      GetItem: 'EVENTS#',
      Query: 'EVENTS#',
      PutItem: 'EVENTS#',
      UpdateItem: 'EVENTS#',
      QueryIndex: 'ORGS',
      GetSecretValue: 'eventSigningSeed',
      SendMessage: 'CheckpointEvents',
    },
  },
  {
    stack: 'Gatewarden-Jobs',
    role: 'SweepKeysJob',
    may: {
      GetItem: 'EVENTS# KEY# NOTICE# NOTICEDAYS ORG# OUTBOX# SUPPRESSED# SWEEP',
      Query: 'NOTICE# OUTBOX#',
      ConditionCheck: 'KEY#',
      PutItem: swept,
      UpdateItem: swept,
      DeleteItem: 'OUTBOX#',
      QueryIndex: 'EXPIRY#x ORG#x#MEMBERS ORGS RETIRING#x ROTATION#x UNUSED#x',
      SendMessage: 'SweepKeys',
      SendEmail: 'keys@example.com',
    },
    ofUsage: { GetItem: 'LAST#', BatchGetItem: 'LAST#', Query: 'USAGE#', QueryIndex: 'IDLE#x' },
  },
  {
    stack: 'Gatewarden-Jobs',
    role: 'MailKeyEventsConsumer',
    may: {
      GetItem: 'KEY# ORG# OUTBOX# SUPPRESSED#',
      Query: 'OUTBOX#',
      PutItem: 'NOTICE# OUTBOX#',
      UpdateItem: 'NOTICE# OUTBOX#',
      DeleteItem: 'OUTBOX#',
      QueryIndex: 'ORG#x#MEMBERS',
      DescribeStream: 'stream',
      SendMessage: 'MailKeyEvents',
      SendEmail: 'keys@example.com',
    },
    ofUsage: { GetItem: 'LAST#', BatchGetItem: 'LAST#' },
  },
  {
    stack: 'Gatewarden-Jobs',
    role: 'CountUsageConsumer',
    may: { SendMessage: 'CountUsage' },
    ofUsage: {
      GetItem: 'LAST# SEEN# USAGE#',
      BatchGetItem: 'LAST# SEEN# USAGE#',
      UpdateItem: 'LAST# SEEN# USAGE#',
      Query: 'SEEN#',
      PutItem: 'SEEN#',
    },
  },
  {
    stack: 'Gatewarden-Jobs',
    role: 'RecordPurgesConsumer',
    may: { GetItem: 'EVENTS#', PutItem: 'EVENTS# NOTICE#', UpdateItem: 'EVENTS# NOTICE#', DescribeStream: 'stream', SendMessage: 'RecordPurges' },
  },
  {
    stack: 'Gatewarden-Jobs',
    role: 'SuppressAddressConsumer',
    may: { GetItem: 'SUPPRESSED#', PutItem: 'SUPPRESSED#', UpdateItem: 'SUPPRESSED#', SendMessage: 'SuppressAddress' },
  },
  { stack: 'Gatewarden-Orders', role: 'OrdersFunction', may: {} },
  { stack: 'Gatewarden-Orders', role: 'WhoamiFunction', may: {} },
];
