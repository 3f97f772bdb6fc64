import type { NoticeKind, NoticeLine } from '../notice.ts';
import type { Calendar } from './calendar.ts';
import { cutLine } from './oneLine.ts';
import type { Section } from './sections.ts';

/** UTF-16 units. */
const maxSubjectLength = 120;
const maxNameLength = 50;
const maxOrganizationLength = 40;
const andMore = ', and more';

/** Of several kinds, what can still be prevented is told before what has happened. */
const order = ['expiring', 'expired', 'still_in_use', 'rotation_due', 'unused', 'created', 'rotated', 'revoked', 'deactivated'] as const satisfies readonly NoticeKind[];

const verbs: Readonly<Record<NoticeKind, readonly [one: string, many: string]>> = {
  expiring: ['expires soon', 'expire soon'],
  expired: ['has expired', 'have expired'],
  still_in_use: ['was rotated and is still in use', 'were rotated and are still in use'],
  rotation_due: ['is due for rotation', 'are due for rotation'],
  unused: ['is unused', 'are unused'],
  created: ['was created', 'were created'],
  rotated: ['was rotated', 'were rotated'],
  revoked: ['was revoked', 'were revoked'],
  deactivated: ['was deactivated', 'were deactivated'],
};

/** At most 120 UTF-16 units, one line: which key and when, or how many keys of whom. */
export function subjectOf(options: { sections: readonly Section[]; organizationName: string; calendar: Calendar }): string {
  const sections = order.flatMap((kind) => options.sections.filter((section) => section.kind === kind));
  const keyIds = new Set(sections.flatMap(({ lines }) => lines.map(({ key }) => key.id)));
  const [first] = sections;
  const [line] = first?.lines ?? [];
  if (!first || !line) return `Keys of ${cutLine(options.organizationName, maxOrganizationLength)}`;
  if (keyIds.size === 1) return subjectOfOne(sections, line, options.calendar);
  const counted = sections.map(({ kind, lines }) => ({ kind, count: new Set(lines.map(({ key }) => key.id)).size }));
  const [{ count, kind } = { count: 0, kind: first.kind }, ...others] = counted;
  const start = `${keys(count)} of ${cutLine(options.organizationName, maxOrganizationLength)} ${verbFor(kind, count)}`;
  return joinWithin(start, others.map((other) => `${other.count} ${verbFor(other.kind, other.count)}`));
}

/** "1 key", "3 keys". */
export function keys(count: number): string {
  return count === 1 ? '1 key' : `${count} keys`;
}

function subjectOfOne(sections: readonly Section[], line: NoticeLine, calendar: Calendar): string {
  const [first, ...others] = sections;
  const start = `Key "${cutLine(line.key.name, maxNameLength)}" ${newsOf(first?.kind ?? line.notice.kind, line.notice.at, calendar)}`;
  return joinWithin(start, others.map(({ kind }) => verbs[kind][0]));
}

/** What is to be told of one key, with its date: "expires in 7 days (5 Dec 2026)". */
export function newsOf(kind: NoticeKind, at: string, calendar: Calendar): string {
  if (kind === 'expiring') return `expires ${calendar.distance(at)} (${calendar.day(at)})`;
  if (kind === 'unused') return `has been unused since ${calendar.day(at)}`;
  return `${verbs[kind][0]} (${calendar.day(at)})`;
}

function verbFor(kind: NoticeKind, count: number): string {
  return verbs[kind][count === 1 ? 0 : 1];
}

function joinWithin(start: string, others: readonly string[]): string {
  let subject = start;
  for (const [index, other] of others.entries()) {
    const longer = `${subject}, ${other}`;
    const isLast = index === others.length - 1;
    if (longer.length + (isLast ? 0 : andMore.length) > maxSubjectLength) return `${subject}${andMore}`;
    subject = longer;
  }
  return subject;
}
