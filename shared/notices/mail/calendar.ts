import { dayMs } from '../../time.ts';

/**
 * Writes times (ISO 8601) as the people of one time zone read them. Days are counted on their calendar, from midnight
 * to midnight: what ends tomorrow at 09:00 is one day away, however many hours a change of the clocks leaves.
 */
export interface Calendar {
  /** "Sat, 5 Dec 2026, 09:00 CET" in `en-GB`. */
  moment(iso: string): string;
  /** "5 Dec 2026" in `en-GB`. */
  day(iso: string): string;
  /** Midnights between now and then; negative for what is past. */
  daysUntil(iso: string): number;
  /** "in 7 days", "tomorrow", "today", "yesterday", "3 days ago": English, as the mail around it. */
  distance(iso: string): string;
  /** To the millisecond. */
  isPast(iso: string): boolean;
}

export function calendar(options: { timeZone: string; locale: string; nowMs: number }): Calendar {
  const { timeZone, locale, nowMs } = options;
  const date = { day: 'numeric', month: 'short', year: 'numeric' } as const;
  const days = new Intl.DateTimeFormat(locale, { timeZone, ...date });
  const moments = new Intl.DateTimeFormat(locale, {
    timeZone,
    ...date,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  const dayNumber = dayCounter(timeZone);
  const daysUntil = (iso: string) => dayNumber(Date.parse(iso)) - dayNumber(nowMs);
  return {
    moment: (iso) => moments.format(Date.parse(iso)),
    day: (iso) => days.format(Date.parse(iso)),
    daysUntil,
    distance: (iso) => distanceOf(daysUntil(iso)),
    isPast: (iso) => Date.parse(iso) <= nowMs,
  };
}

/** Numbers the days of a zone's calendar: the date there, taken as one of UTC. */
function dayCounter(timeZone: string): (ms: number) => number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  });
  return (ms) => {
    const byType = new Map(parts.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(byType.get('year') ?? 0, (byType.get('month') ?? 1) - 1, byType.get('day') ?? 1) / dayMs;
  };
}

function distanceOf(days: number): string {
  if (days === 0) return 'today';
  if (days === 1) return 'tomorrow';
  if (days === -1) return 'yesterday';
  return days > 0 ? `in ${days} days` : `${-days} days ago`;
}
