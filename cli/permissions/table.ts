import { allPermissions, operatorPermissions, organizationPermissions } from '../../shared/access/permissions.ts';
import { builtInPermissions, builtInRoles } from '../../shared/access/roles.ts';
import type { BuiltInRole } from '../../shared/access/roles.ts';
import type { Route } from '../../shared/api/route.ts';

/** Who may call each route, in Markdown: a line a route, a column a built-in role. */
export function routeTable(routes: readonly Route[]): string {
  return markdownTable(
    ['route', 'asks for', ...builtInRoles, 'management key', 'PIN'],
    routes.map((route) => [
      code(`${route.method} ${route.path.replace('/organizations/{organizationId}/', '…/')}`),
      demandOf(route),
      ...builtInRoles.map((role) => answerFor(role, (permissions) => permits(route, permissions))),
      keyAnswer(route),
      route.isSensitive ? 'by policy' : '',
    ]),
  );
}

/** What each built-in role holds, in Markdown: a line a permission. */
export function permissionTable(): string {
  const meanings: Readonly<Record<string, string>> = { ...organizationPermissions, ...operatorPermissions };
  return markdownTable(
    ['permission', 'allows', ...builtInRoles],
    allPermissions.map((permission) => [
      code(permission),
      meanings[permission] ?? '',
      ...builtInRoles.map((role) => answerFor(role, (permissions) => permissions.includes(permission))),
    ]),
  );
}

/** The page with a generated part, between its two markers, replaced. Throws where the page lacks them. */
export function replacePart(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->\n`, `<!-- ${name}: end -->`];
  const [before, rest, ...more] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined || more.length > 0) throw new Error(`The page needs the markers of "${name}" once.`);
  return `${before}${begin}${text}${end}${after}`;
}

const yes = 'yes';
const no = '–';

function demandOf({ permission, orPermission, isForMembers }: Route): string {
  if (permission === 'public') return 'nothing';
  if (permission === 'any') return isForMembers ? 'being a member' : 'valid credentials';
  return [permission, orPermission].filter((name) => name !== undefined).map(code).join(' or ');
}

function answerFor(role: BuiltInRole, isAllowed: (permissions: readonly string[]) => boolean): string {
  if (isAllowed(builtInPermissions(role, false))) return yes;
  return isAllowed(builtInPermissions(role, true)) ? 'operator' : no;
}

function permits({ permission, orPermission }: Route, permissions: readonly string[]): boolean {
  if (permission === 'any' || permission === 'public') return true;
  return permissions.includes(permission) || (orPermission !== undefined && permissions.includes(orPermission));
}

function keyAnswer({ permission, isForMembers }: Route): string {
  if (isForMembers) return no;
  return permission === 'any' || permission === 'public' ? yes : 'with the scope';
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function code(text: string): string {
  return `\`${text}\``;
}
