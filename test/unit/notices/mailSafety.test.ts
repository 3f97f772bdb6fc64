import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeMail } from '../../../shared/notices/mail/composeMail.ts';
import { noticeKinds } from '../../../shared/notices/notice.ts';
import { line as nameSchema } from '../../../shared/text.ts';
import { anyText } from '../anyText.ts';
import { sampleDigest, sampleLine } from './mailSamples.ts';

const hostile = fc.constantFrom(
  '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "' onmouseover='x", '</title><h1>', '-->', '<!--', '<![endif]-->', ']]>', '</bdi>',
  '{{subject}}', '{{{name}}}', '{{#lines}}', '{{/lines}}', '{{=<% %>=}}', '&lt;', '&amp;', '&#x202e;', '=?utf-8?q?x?=', '\r\nBcc: eve@example.com', '\n.\r\n', '\u0000',
  '\u202Eevil', '\u2066', '\u2069\u2069', '\u200F', 'مفتاح', 'מפתח', '👩🏽‍💻', 'ﷺ', '$&', '$1', '-- ', '>', 'From ', '\u2028', '\u0085',
);
const anyName = fc
  .array(fc.oneof(hostile, anyText({ minLength: 1, maxLength: 12 })), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(''));
/** What the API takes for a name. */
const validName = anyName.map((name) => name.slice(0, 80).trim()).filter((name) => nameSchema('Name', 80).safeParse(name).success);

/** Each element and the names of its attributes: what there is besides text. */
function structureOf(html: string): string[] {
  return [...html.matchAll(/<!--|-->|<[^>]*>/g)].map(([tag]) => tag.replace(/"[^"]*"/g, '""'));
}

function decoded(html: string): string {
  return html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}

function mailNaming(kind: (typeof noticeKinds)[number], name: string, organizationName = 'Acme') {
  const line = sampleLine(kind, '2026-12-05T08:00:00.000Z', { key: { name, owner: { name, email: null } }, actor: name });
  return composeMail(sampleDigest([line], { organization: { id: 'org_000000000001', name: organizationName } }));
}

describe('names that others chose', () => {
  it('cannot add an element, an attribute or a comment to the HTML, whatever they hold', () => {
    const structures = new Map(noticeKinds.map((kind) => [kind, structureOf(mailNaming(kind, 'x', 'x').html)]));
    fc.assert(
      fc.property(fc.constantFrom(...noticeKinds), anyName, anyName, (kind, name, organizationName) => {
        expect(structureOf(mailNaming(kind, name, organizationName).html)).toEqual(structures.get(kind));
      }),
      { numRuns: 300 },
    );
  });

  it('cannot end the line of the subject, nor make it longer than 120 characters', () => {
    fc.assert(
      fc.property(fc.constantFrom(...noticeKinds), anyName, anyName, (kind, name, organizationName) => {
        for (const { subject } of [
          mailNaming(kind, name, organizationName),
          composeMail(
            sampleDigest([sampleLine(kind, '2026-12-05T08:00:00.000Z'), sampleLine(kind, '2026-12-05T08:00:00.000Z', { key: { id: 'key_2', name } })], {
              organization: { id: 'org_1', name: organizationName },
            }),
          ),
        ]) {
          expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066\u2067]/u);
          expect(subject.length).toBeLessThanOrEqual(120);
          expect(subject.isWellFormed()).toBe(true);
          // Each isolate is closed: what follows the name runs as the rest does.
          expect(subject.split('\u2068')).toHaveLength(subject.split('\u2069').length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('add no line to the text', () => {
    const lines = new Map(noticeKinds.map((kind) => [kind, mailNaming(kind, 'x').text.match(/^ {2}[A-Z][a-z ]+:/gm)]));
    fc.assert(
      fc.property(fc.constantFrom(...noticeKinds), anyName, (kind, name) => {
        const { text } = mailNaming(kind, name);
        expect(text.match(/^ {2}[A-Z][a-z ]+:/gm)).toEqual(lines.get(kind));
        expect(text).not.toMatch(/^(?:-- |>|From )/m);
        expect(text).not.toMatch(/[^\P{Cc}\n]/u);
      }),
      { numRuns: 300 },
    );
  });

  it('stand unchanged in HTML and text, whatever the API takes for a name', () => {
    fc.assert(
      fc.property(validName, (name) => {
        const { html, text } = mailNaming('expiring', name);
        const heading = /<h3[^>]*><bdi>(.*?)<\/bdi>/s.exec(html)?.[1] ?? '';
        const quoted = /^\* "(.*)"$/mu.exec(text)?.[1] ?? '';
        for (const shown of [decoded(heading), quoted]) expect(shown.replace(/^\u2068|\u2069$/g, '')).toBe(name.replace(/[\u2028\u2029]/g, ' '));
      }),
      { numRuns: 300 },
    );
  });

  it('that run from right to left are isolated, so that what follows keeps its place', () => {
    const { subject, text, html } = mailNaming('expiring', 'مفتاح 12');
    expect(subject).toBe('Key "\u2068مفتاح 12\u2069" expires in 7 days (5 Dec 2026)');
    expect(text).toContain('* "\u2068مفتاح 12\u2069"\n');
    expect(html).toContain('<bdi>\u2068مفتاح 12\u2069</bdi>');
  });

  it('that turn the text after them are shown with the turning taken out', () => {
    expect(mailNaming('expiring', 'a\u202Eb').subject).toBe('Key "a\uFFFDb" expires in 7 days (5 Dec 2026)');
  });

  it('that hold a line break stay on one line', () => {
    expect(mailNaming('expiring', 'a\r\nBcc: eve@example.com').subject).toBe('Key "a  Bcc: eve@example.com" expires in 7 days (5 Dec 2026)');
  });

  it('that are one letter under a heap of marks are cut within it', () => {
    expect(mailNaming('expiring', `a${'\u0301'.repeat(79)}`).subject).toBe(`Key "a${'\u0301'.repeat(48)}…" expires in 7 days (5 Dec 2026)`);
  });
});

describe('the HTML of a mail', () => {
  const { html } = mailNaming('expiring', 'Checkout');

  it('fetches nothing from anywhere, runs nothing and does not track', () => {
    expect(html).not.toMatch(/<(?:img|link|script|iframe|object|form|video|audio|base)\b/i);
    expect(html).not.toMatch(/@import|url\(|\bsrc=|\bbackground="|\son[a-z]+=/i);
    expect([...html.matchAll(/https?:\/\/[^/"\s<]+/g)].map(([address]) => address).filter((address) => address !== 'https://api.example.com')).toEqual(['http://www.w3.org']);
  });

  it('is ready for dark mode, says its language and its title, and lets no phone make links of its own', () => {
    expect(html).toContain('<html lang="en" dir="ltr"');
    expect(html).toContain('<title>Key &quot;Checkout&quot; expires in 7 days (5 Dec 2026)</title>');
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
    expect(html).toContain('@media (prefers-color-scheme: dark)');
    expect(html).toContain('<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">');
    expect(html.match(/<h1/g)).toHaveLength(1);
  });

  it('shows in a list of mails what the subject leaves out', () => {
    const lines = ['Checkout', 'Warehouse', 'Partner', 'Mobile'].map((name, index) =>
      sampleLine('expiring', `2026-12-0${index + 1}T08:00:00.000Z`, { key: { id: `key_${index}`, name } }),
    );
    expect(composeMail(sampleDigest(lines)).html).toContain(
      '>Checkout expires in 3 days (1 Dec 2026), Warehouse expires in 4 days (2 Dec 2026), Partner expires in 5 days (3 Dec 2026), and 1 more</div>',
    );
  });
});
