import type { UsageRecord } from './record.ts';

/** What one line of a log comes to. */
export type LineReading =
  | { readonly kind: 'record'; readonly record: UsageRecord }
  /** Well-formed, but it counts for no key: no genuine key, counted from another line, or about something else. */
  | { readonly kind: 'ignored' }
  /** Not exactly what such a line holds. It is dropped whole. */
  | { readonly kind: 'unreadable' };
