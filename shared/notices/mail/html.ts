import Mustache from 'mustache';
import { digestTemplate } from './compiled.ts';
import type { DigestView } from './describeDigest.ts';

const references: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** The HTML part; every text is escaped, and what links to no web address becomes no link. */
export function htmlOf(view: DigestView): string {
  const sections = view.sections.map((section) => ({
    ...section,
    lines: section.lines.map((line) => ({ ...line, page: isWebAddress(line.page) ? line.page : null })),
  }));
  return Mustache.render(digestTemplate, { ...view, sections }, undefined, { escape });
}

/** Mustache's own turns "/" and "=" into references too, which doubles the length of every address. */
function escape(text: unknown): string {
  return String(text).replace(/[&<>"']/g, (character) => references[character] ?? '');
}

function isWebAddress(text: string | null): boolean {
  return text !== null && /^https?:\/\//i.test(text);
}
