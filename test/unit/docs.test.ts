import { existsSync, globSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { permissionTable, replacePart, routeTable } from '../../cli/permissions/table.ts';
import { routes } from '../../shared/api/routes.ts';
import { problems } from '../../shared/errors/problems.ts';
import { authenticationRefusals } from '../../shared/keys/decide.ts';

const root = path.resolve(import.meta.dirname, '../..');
const errors = path.join(root, 'docs/errors');
const names = z.record(z.string(), z.string());
const read = (file: string): string => readFileSync(file, 'utf8');

describe('the pages of the error codes', () => {
  it.each(Object.entries(problems))('%s has a page that says its status and its title', (code, { status, title }) => {
    const lines = read(path.join(errors, `${code}.md`)).split('\n');
    expect(lines[0]).toBe(`# ${code}`);
    expect(lines[2]).toBe(`**${status}** ${title}`);
  });

  it.each(authenticationRefusals)('%s, which a caller is told as a 401 without a reason, has a page', (code) => {
    const page = read(path.join(errors, `${code}.md`));
    expect(page.split('\n').slice(0, 3)).toEqual([`# ${code}`, '', '**401** No valid credentials']);
    expect(page).toContain('(unauthorized.md)');
  });

  it('no page is about a code that does not exist', () => {
    const pages = readdirSync(errors).filter((file) => file !== 'README.md');
    const codes = [...Object.keys(problems), ...authenticationRefusals];
    expect(pages.toSorted()).toEqual(codes.map((code) => `${code}.md`).toSorted());
  });

  it('the index links every page', () => {
    const index = read(path.join(errors, 'README.md'));
    for (const code of [...Object.keys(problems), ...authenticationRefusals]) expect(index).toContain(`(${code}.md)`);
  });
});

describe('the page about permissions', () => {
  const page = read(path.join(root, 'docs/permissions.md'));

  it('says what the route table and the roles say: else run node cli/permissions-table.ts', () => {
    const withRoutes = replacePart(page, 'routes', routeTable(Object.values(routes)));
    expect(replacePart(withRoutes, 'permissions', permissionTable())).toBe(page);
  });

  it.each([
    ['issuing a key is for those who run keys, with the PIN', '| `POST …/keys` | `keys:write` | yes | yes | – | – | with the scope | by policy |'],
    ['reading events is for viewers too', '| `GET …/events` | `events:read` | yes | yes | – | yes | with the scope |  |'],
    ['the policy is the superadmins’, all else the operator’s', '| `PATCH /organizations/{organizationId}` | `organization:write` or `organizations:write` | yes | operator | – | – | with the scope | by policy |'],
    ['making organizations is for the operator', '| `POST /organizations` | `organizations:write` | operator | operator | – | – | with the scope |  |'],
    ['members are the superadmins’', '| `POST …/members` | `members:write` | yes | – | – | – | with the scope |  |'],
    ['a PIN is for every member and for no key', '| `PUT …/me/pin` | being a member | yes | yes | yes | yes | – |  |'],
    ['the OpenAPI document is for everyone', '| `GET /openapi.json` | nothing | yes | yes | yes | yes | yes |  |'],
    ['roles are the superadmins’', '| `roles:write` | Define roles | yes | – | – | – |'],
  ])('%s', (_, line) => {
    expect(page.split('\n')).toContain(line);
  });

  it('is not written where a marker is missing, or there twice', () => {
    for (const text of ['', '<!-- a: begin -->\n', '<!-- a: end -->', '<!-- a: begin -->\n<!-- a: begin -->\n<!-- a: end -->'])
      expect(() => replacePart(text, 'a', 'x')).toThrow('markers of "a"');
    expect(replacePart('1<!-- a: begin -->\nold<!-- a: end -->2', 'a', 'new\n')).toBe('1<!-- a: begin -->\nnew\n<!-- a: end -->2');
  });
});

describe('the record of the dependencies', () => {
  it('says of every package in package.json why it is there', () => {
    const manifest: unknown = JSON.parse(read(path.join(root, 'package.json')));
    const packages = z
      .object({ dependencies: names, devDependencies: names, optionalDependencies: names })
      .transform((sections) => Object.values(sections).flatMap((section) => Object.keys(section)))
      .parse(manifest);
    const record = read(path.join(root, 'docs/decisions/0013-dependencies.md'));
    expect(packages.filter((name) => !record.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('the decisions', () => {
  const decisions = path.join(root, 'docs/decisions');
  const records = readdirSync(decisions).filter((file) => file !== 'README.md');

  it.each(records)('%s stands in the index with its title', (file) => {
    const [, title] = /^# \d{4}: (.+)$/m.exec(read(path.join(decisions, file))) ?? [];
    expect(read(path.join(decisions, 'README.md')).split('\n')).toContain(`| [${file.slice(0, 4)}](${file}) | ${title} |`);
  });

  it('are numbered one after the other', () => {
    const numbers = records.map((file) => Number(file.slice(0, 4))).sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });
});

describe('the documentation', () => {
  const documents = ['README.md', ...globSync('{docs,examples}/**/*.md', { cwd: root })].filter((file) => existsSync(path.join(root, file)));

  it.each(documents)('%s links to no file and no heading that is not there', (document) => {
    expect(relativeLinks(document).filter((link) => !exists(document, link))).toEqual([]);
  });

  it.each(documents)('%s holds no whole token of any kind', (document) => {
    expect(read(path.join(root, document))).not.toMatch(/_(?:live|test)_[0-9A-Za-z]{50}|\bstp_[0-9A-Za-z]{32}|\beyJ[\w-]{10,}\./);
  });
});

/** Links within the repository; code is no link. */
function relativeLinks(document: string): string[] {
  const text = read(path.join(root, document)).replace(/```.*?```/gs, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link]) => (link && !/^[a-z]+:/.test(link) ? [link] : []));
}

function exists(document: string, link: string): boolean {
  const [file = '', heading] = link.split('#');
  const target = file === '' ? path.join(root, document) : path.join(root, path.dirname(document), file);
  if (!existsSync(target)) return false;
  return heading === undefined || headingsOf(read(target)).includes(heading);
}

/** The anchors that GitHub gives to headings. */
function headingsOf(markdown: string): string[] {
  const lines = markdown.replace(/```.*?```/gs, '').match(/^#+ .*$/gm) ?? [];
  return lines.map((line) =>
    line
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
