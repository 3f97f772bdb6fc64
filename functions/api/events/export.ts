import { answerBytes } from '../../../shared/api/collect.ts';
import { csvHeader, toCsvLine } from '../../../shared/events/csv.ts';
import type { GatewardenEvent } from '../../../shared/events/event.ts';
import { nowMs } from '../../dependencies.ts';
import type { Answer } from '../../http/request.ts';
import type { ExportType } from './exportType.ts';

// A Lambda answer holds 6 MB and API Gateway waits 29 s; an export stops well before either, a page more included.
const maxBytes = 4_000_000;
const maxMs = 12_000;
const pageSize = 100;

type Page = (after: number | null, size: number) => Promise<{ items: GatewardenEvent[]; next: number | null }>;

/** All events that match, in one answer as far as it holds them; then `X-Next-Cursor` says where to go on. */
export async function exportEvents(
  type: ExportType,
  start: number | null,
  page: Page,
  toCursor: (place: number | null) => string | null,
): Promise<Answer> {
  const startedMs = nowMs();
  const toLine = type === 'text/csv' ? toCsvLine : (event: GatewardenEvent) => JSON.stringify(event);
  const parts: string[] = type === 'text/csv' && start === null ? [`${csvHeader}\n`] : [];
  let bytes = 0;
  let place = start;
  do {
    const { items, next } = await page(place, pageSize);
    for (const event of items) {
      const line = `${toLine(event)}\n`;
      bytes += answerBytes(line);
      parts.push(line);
    }
    place = next;
  } while (place !== null && bytes < maxBytes && nowMs() - startedMs < maxMs);
  const cursor = toCursor(place);
  return {
    status: 200,
    body: parts.join(''),
    headers: { 'Content-Type': `${type}; charset=utf-8`, ...(cursor === null ? {} : { 'X-Next-Cursor': cursor }) },
  };
}
