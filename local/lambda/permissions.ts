/** A statement of a function's resource policy (`AWS::Lambda::Permission`). */
export interface InvokePermission {
  /** Function name or ARN, as the template gives it. */
  readonly functionName: string;
  readonly action: string;
  readonly principal: string;
  readonly sourceArn?: string | undefined;
  readonly sourceAccount?: string | undefined;
}

/** Who wants to invoke. */
export interface Invoker {
  readonly principal: string;
  readonly sourceArn: string;
  readonly accountId: string;
}

/** Whether one of the permissions lets the invoker call the function with this ARN. */
export function mayInvoke(permissions: readonly InvokePermission[], functionArn: string, invoker: Invoker): boolean {
  return permissions.some(
    (permission) =>
      (permission.functionName === functionArn || functionArn.endsWith(`:function:${permission.functionName}`)) &&
      ['lambda:InvokeFunction', 'lambda:*', '*'].includes(permission.action) &&
      permission.principal === invoker.principal &&
      (permission.sourceAccount === undefined || permission.sourceAccount === invoker.accountId) &&
      (permission.sourceArn === undefined || arnMatches(permission.sourceArn, invoker.sourceArn)),
  );
}

/** IAM's ArnLike: `*` and `?` inside each of the six parts, the last of which may hold colons. */
export function arnMatches(pattern: string, arn: string): boolean {
  const wanted = arnParts(pattern);
  const given = arnParts(arn);
  return wanted.length === given.length && wanted.every((part, index) => wildcardMatches(part, given[index] ?? ''));
}

/** `*` stands for any characters, none included; `?` for one. Everything else is literal. */
export function wildcardMatches(pattern: string, text: string): boolean {
  const expression = [...pattern]
    .map((character) => (character === '*' ? '.*' : character === '?' ? '.' : character.replace(/[\\^$.*+?()[\]{}|/]/u, String.raw`\$&`)))
    .join('');
  return new RegExp(`^${expression}$`, 'su').test(text);
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}
