import { existsSync, globSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
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

describe('the documentation', () => {
  const documents = ['README.md', ...globSync('{docs,examples}/**/*.md', { cwd: root })].filter((file) => existsSync(path.join(root, file)));

  it.each(documents)('%s links to no file and no heading that is not there', (document) => {
    expect(relativeLinks(document).filter((link) => !exists(document, link))).toEqual([]);
  });

  it.each(documents)('%s holds no whole token', (document) => {
    expect(read(path.join(root, document))).not.toMatch(/_(?:live|test)_[0-9A-Za-z]{50}/);
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
