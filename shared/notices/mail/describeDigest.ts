import type { Digest, NoticeKind } from '../notice.ts';
import { calendar } from './calendar.ts';
import type { Calendar } from './calendar.ts';
import { callsOf } from './calls.ts';
import type { Calls } from './calls.ts';
import { describeLine } from './describeLine.ts';
import type { LineView } from './describeLine.ts';
import { cutLine, oneLine } from './oneLine.ts';
import { sectionsOf } from './sections.ts';
import type { Section } from './sections.ts';
import { keys, newsOf, subjectOf } from './subject.ts';

export interface SectionView {
  readonly kind: NoticeKind;
  readonly title: string;
  readonly lines: readonly LineView[];
  /** What the calls of its lines do, and what can be done besides. */
  readonly explanation: string;
  /** What there was no room for: "and 12 more: list them with", and the call; null where all are shown. */
  readonly more: { readonly says: string; readonly call: string } | null;
}

/** A mail in words, before it becomes HTML and text: both tell the same. All texts are plain and of one line. */
export interface DigestView {
  readonly subject: string;
  /** What a list of mails shows after the subject. */
  readonly preheader: string;
  readonly organizationName: string;
  readonly organizationId: string;
  readonly sections: readonly SectionView[];
  /** Why it came, and how dates are written. */
  readonly footer: readonly string[];
}

const namesInPreheader = 3;
const maxNameInPreheader = 40;

/** `maxLines`: how many lines are shown in full, of all sections together. */
export function describeDigest(digest: Digest, maxLines: number): DigestView {
  const dates = calendar(digest);
  const calls = callsOf(digest);
  const sections = sectionsOf(digest);
  let room = maxLines;
  const views = sections.map((section) => {
    const view = describeSection(section, { room, dates, calls, renewalDays: digest.renewalDays });
    room -= view.lines.length;
    return view;
  });
  const organizationName = oneLine(digest.organization.name);
  return {
    subject: subjectOf({ sections, organizationName: digest.organization.name, calendar: dates }),
    preheader: preheaderOf(sections, dates),
    organizationName,
    organizationId: oneLine(digest.organization.id),
    sections: views,
    footer: [
      `Times are those of ${digest.timeZone}. A token is never mailed in full: whoever asks you for one is not Gatewarden.`,
      `You are told because a key names you as its owner, because ${organizationName} names you in noticeEmails, or, where it names nobody, because you are a superadmin of it. What is mailed, when and to whom is in the organization's policy: ${calls.updateOrganization()}`,
    ],
  };
}

function describeSection(section: Section, { room, dates, calls, renewalDays }: { room: number; dates: Calendar; calls: Calls; renewalDays: number }): SectionView {
  const { kind, lines } = section;
  const hidden = lines.slice(room);
  const { title, explanation } = words[kind];
  return {
    kind,
    title: `${title}: ${keys(new Set(lines.map(({ key }) => key.id)).size)}`,
    lines: lines.slice(0, room).map((line) => describeLine(kind, { line, calendar: dates, calls, renewalDays })),
    explanation,
    more: hidden.length === 0 ? null : { says: `${room > 0 ? 'And ' : ''}${hidden.length} more: list them with`, call: listCall({ kind, lines: hidden }, calls) },
  };
}

const rotation =
  'Rotating gives the key a successor with the same settings and a new token. The old token is accepted for another 24 hours, but not beyond its expiry, so that both can be used while you change over.';

const words: Readonly<Record<NoticeKind, { readonly title: string; readonly explanation: string }>> = {
  expired: {
    title: 'Has expired',
    explanation: 'A new expiry, as far as your policy allows, makes the same token work again at once. Then rotate the key: its token is old.',
  },
  expiring: {
    title: 'Expires soon',
    explanation: `${rotation} To keep a token for longer instead, PATCH its key with a new expiry, as far as your policy allows.`,
  },
  rotation_due: { title: 'Due for rotation', explanation: rotation },
  still_in_use: {
    title: 'Rotated, and still in use',
    explanation: 'A key that was rotated is revoked by itself once its successor is in use and it has not been used for a while. These were used, or their successors were not.',
  },
  unused: { title: 'Not used for a long time', explanation: 'A key that nobody needs can still be leaked. Revoking is at once and for good.' },
  created: { title: 'Created', explanation: 'A new key opens what its scopes allow.' },
  rotated: { title: 'Rotated', explanation: 'The successor has the same settings and a new token; the old one ends as said here.' },
  revoked: { title: 'Revoked', explanation: 'Revoking cannot be undone; what still needs a key needs a new one.' },
  deactivated: { title: 'Deactivated', explanation: 'A key that is inactive can be activated again until it expires.' },
};

/** The call that lists at least the lines that were left out. */
function listCall({ kind, lines }: Section, calls: Calls): string {
  const times = lines.map(({ notice }) => notice.at).sort();
  const [first = ''] = times;
  if (kind === 'rotation_due' || kind === 'still_in_use' || kind === 'unused') return calls.listKeys();
  if (kind !== 'expired' && kind !== 'expiring') return calls.listEvents({ type: `key.${kind}`, from: first });
  // The filter leaves out its own moment; a second later reads better than a millisecond.
  const lastMs = Math.floor(Date.parse(times.at(-1) ?? first) / 1000) * 1000;
  return calls.listKeys({ expiresBefore: new Date(lastMs + 1000).toISOString() });
}

function preheaderOf(sections: readonly Section[], dates: Calendar): string {
  const news = sections.flatMap(({ kind, lines }) =>
    lines.map(({ key, notice }) => `${cutLine(key.name, maxNameInPreheader)} ${newsOf(kind, notice.at, dates)}`),
  );
  const named = news.slice(0, namesInPreheader).join(', ');
  return news.length > namesInPreheader ? `${named}, and ${news.length - namesInPreheader} more` : named;
}
