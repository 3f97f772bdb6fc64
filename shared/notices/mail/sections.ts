import type { Digest, NoticeKind, NoticeLine } from '../notice.ts';

/** The lines of one kind, in the order in which a mail shows them. */
export interface Section {
  readonly kind: NoticeKind;
  readonly lines: readonly NoticeLine[];
}

/** What is broken comes first, then what will be, then what should be done, then what was. */
const urgency = ['expired', 'expiring', 'still_in_use', 'rotation_due', 'unused', 'created', 'rotated', 'revoked', 'deactivated'] as const satisfies readonly NoticeKind[];

const whatTheClockBrings: ReadonlySet<NoticeKind> = new Set(['expired', 'expiring', 'still_in_use', 'rotation_due', 'unused']);

/** All lines of a digest by kind; kinds without a line are left out. */
export function sectionsOf(digest: Pick<Digest, 'lines' | 'nowMs'>): Section[] {
  const byKind = Map.groupBy(digest.lines, (line) => kindNow(line, digest.nowMs));
  return urgency.flatMap((kind) => {
    const lines = byKind.get(kind) ?? [];
    if (lines.length === 0) return [];
    const shown = whatTheClockBrings.has(kind) ? latestOfEachKey(lines) : [...lines];
    return [{ kind, lines: shown.sort(kind === 'expired' ? (a, b) => byTime(b, a) : byTime) }];
  });
}

/** A warning that waited beyond its date is none any more: the key has expired. */
function kindNow({ notice }: NoticeLine, nowMs: number): NoticeKind {
  return notice.kind === 'expiring' && Date.parse(notice.at) <= nowMs ? 'expired' : notice.kind;
}

/** After an outage a key can be warned of for 7 days and for 1 in one mail: it is one key that expires. */
function latestOfEachKey(lines: readonly NoticeLine[]): NoticeLine[] {
  const inOrder = lines.toSorted((a, b) => compare(a.notice.recordedAt, b.notice.recordedAt));
  return [...new Map(inOrder.map((line) => [line.key.id, line])).values()];
}

function byTime(a: NoticeLine, b: NoticeLine): number {
  return compare(a.notice.at, b.notice.at) || compare(a.key.id, b.key.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
