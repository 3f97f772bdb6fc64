/** When a schedule is due, as EventBridge Scheduler reads its expression. */
export interface Recurrence {
  /** The first time after `afterMs`; undefined where there is none. `startMs` is when the schedule came into being. */
  next(afterMs: number, startMs: number): number | undefined;
}

const minuteMs = 60_000;
const unitsMs: Readonly<Record<string, number>> = { minute: minuteMs, hour: 60 * minuteMs, day: 1440 * minuteMs };

/** Parses `rate(1 hour)`, `cron(0 3 * * ? *)` and `at(2026-11-22T03:00:00)`; throws for anything else. */
export function parseExpression(expression: string, timeZone = 'UTC'): Recurrence {
  const [, kind = '', argument = ''] = /^(rate|cron|at)\((.+)\)$/u.exec(expression.trim()) ?? [];
  if (kind === 'rate') return rate(argument, expression);
  if (kind === 'cron') return cron(argument, timeZone, expression);
  if (kind === 'at') return at(argument, timeZone, expression);
  throw new Error(`"${expression}" is no schedule expression.`);
}

function rate(argument: string, expression: string): Recurrence {
  const [, count = '', unit = ''] = /^(\d+) (minute|hour|day)s?$/u.exec(argument) ?? [];
  const everyMs = Number(count) * (unitsMs[unit] ?? 0);
  if (!(everyMs > 0)) throw new Error(`"${expression}" is no rate expression.`);
  return { next: (afterMs, startMs) => startMs + (Math.max(0, Math.floor((afterMs - startMs) / everyMs)) + 1) * everyMs };
}

function at(argument: string, timeZone: string, expression: string): Recurrence {
  const [, date, time] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d$/u.exec(argument) ?? [];
  const inUtcMs = Date.parse(`${date}T${time}Z`);
  if (Number.isNaN(inUtcMs)) throw new Error(`"${expression}" is no at expression.`);
  const clock = wallClock(timeZone);
  // No zone is further from UTC than 15 hours.
  const dueMs = Array.from({ length: 1801 }, (_, minute) => inUtcMs + (minute - 900) * minuteMs).find((ms) => clock(ms).text === `${date} ${time}`);
  if (dueMs === undefined) throw new Error(`"${expression}" is no time in ${timeZone}.`);
  return { next: (afterMs) => (dueMs > afterMs ? dueMs : undefined) };
}

const names = { months: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'], days: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] };
// The longest wait of an expression that can come true, a leap day over the turn of a century that has none.
const horizonDays = 9 * 366;

/** `minutes hours day-of-month month day-of-week year`, in the words of a time zone. */
function cron(argument: string, timeZone: string, expression: string): Recurrence {
  const [minute = '', hour = '', day = '', month = '', weekday = '', year = '', ...rest] = argument.trim().toUpperCase().split(/\s+/u);
  if (year === '' || rest.length > 0 || (day === '?') === (weekday === '?')) throw new Error(`"${expression}" is no cron expression of six fields, one of them "?".`);
  const isMinute = field(minute, 0, 59, expression);
  const isHour = field(hour, 0, 23, expression);
  const isMonth = field(named(month, names.months, 1), 1, 12, expression);
  const isYear = field(year, 1970, 2199, expression);
  const isDay = day === '?' ? () => true : field(day, 1, 31, expression);
  const isWeekday = weekday === '?' ? () => true : field(named(weekday, names.days, 1), 1, 7, expression);
  const clock = wallClock(timeZone);
  const isOnDay = (at: WallTime): boolean => isYear(at.year) && isMonth(at.month) && isDay(at.day) && isWeekday(at.weekday);
  return {
    next(afterMs) {
      let ms = (Math.floor(afterMs / minuteMs) + 1) * minuteMs;
      const lastMs = ms + horizonDays * 1440 * minuteMs;
      while (ms <= lastMs) {
        const now = clock(ms);
        if (!isOnDay(now)) ms += toNextHour(now) + Math.max(0, 22 - now.hour) * 60 * minuteMs;
        else if (!isHour(now.hour)) ms += toNextHour(now);
        else if (!isMinute(now.minute)) ms += minuteMs;
        else return ms;
      }
      return undefined;
    },
  };
}

/** Milliseconds to the next full hour; a day is left hour by hour at its end, lest a change of the clocks is jumped over. */
function toNextHour({ minute }: WallTime): number {
  return (60 - minute) * minuteMs;
}

/** One field: `*`, lists, ranges and steps of numbers. */
function field(text: string, min: number, max: number, expression: string): (value: number) => boolean {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [, range = '', step = '1'] = /^(\*|\d+(?:-\d+)?)(?:\/(\d+))?$/u.exec(part) ?? [];
    const [first = min, last = part.includes('/') ? max : first] = range === '*' ? [min, max] : range.split('-').map(Number);
    if (range === '' || first < min || last > max || first > last || Number(step) < 1) throw new Error(`"${expression}": "${part}" is not between ${min} and ${max}, or not played.`);
    for (let value = first; value <= last; value += Number(step)) values.add(value);
  }
  return (value) => values.has(value);
}

function named(text: string, words: readonly string[], first: number): string {
  return words.reduce((replaced, word, index) => replaced.replaceAll(word, String(index + first)), text);
}

interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** 1 is Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  /** `2026-11-22 03:00`. */
  readonly text: string;
}

function wallClock(timeZone: string): (ms: number) => WallTime {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' });
  return (ms) => {
    const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
    const { year = '', month = '', day = '', hour = '', minute = '' } = parts;
    const weekday = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDay() + 1;
    return { year: Number(year), month: Number(month), day: Number(day), weekday, hour: Number(hour), minute: Number(minute), text: `${year}-${month}-${day} ${hour}:${minute}` };
  };
}
