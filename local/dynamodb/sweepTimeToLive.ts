import type { Database } from './database.ts';
import type { Change, Table } from './table.ts';

/** What lies further back is taken for another unit than seconds, and left alone, as DynamoDB does. */
const MAX_AGE_SEC = 5 * 365 * 24 * 60 * 60;
/** Deletes in one commit. */
const LOT = 100;

/** Deletes the items whose time to live is over, and says how many. Streams see whose doing it was. */
export function sweepTimeToLive(database: Database): number {
  const nowSec = Math.floor(database.options.now() / 1000);
  let deleted = 0;
  for (const table of database.tables.values()) {
    const due = dueItems(table, nowSec);
    for (let i = 0; i < due.length; i += LOT) database.commit(due.slice(i, i + LOT), { isTimeToLive: true });
    deleted += due.length;
  }
  return deleted;
}

function dueItems(table: Table, nowSec: number): Change[] {
  const attribute = table.settings.timeToLiveAttribute;
  if (attribute === undefined || table.nextDueSec > nowSec) return [];
  const due: Change[] = [];
  let next = Number.POSITIVE_INFINITY;
  for (const item of table.items.values()) {
    const dueSec = Number(item[attribute]?.N ?? Number.NaN);
    if (dueSec > nowSec) next = Math.min(next, dueSec);
    else if (dueSec >= nowSec - MAX_AGE_SEC) {
      due.push({ table, key: table.keyOf(item), before: item, after: undefined });
    }
  }
  table.nextDueSec = next;
  return due;
}
