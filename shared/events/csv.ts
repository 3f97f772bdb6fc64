import type { GatewardenEvent } from './event.ts';

const columns = [
  'sequence',
  'id',
  'organizationId',
  'at',
  'type',
  'actorType',
  'actorId',
  'actorName',
  'keyId',
  'changes',
  'ip',
  'userAgent',
  'requestId',
  'previousHash',
  'hash',
] as const;

/** The first line of a CSV export (RFC 4180). */
export const csvHeader = columns.join(',');

/** An event as a line of CSV. For spreadsheets: to verify the chain, export NDJSON. */
export function toCsvLine(event: GatewardenEvent): string {
  const { actor, changes, ...rest } = event;
  const row: Record<string, unknown> = {
    ...rest,
    actorType: actor.type,
    actorId: actor.id,
    actorName: actor.name,
    changes: changes ? JSON.stringify(changes) : '',
  };
  return columns.map((column) => toCell(row[column])).join(',');
}

/** Text that a spreadsheet would take for a formula is led by an apostrophe (OWASP, CSV injection). */
function toCell(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value);
  const harmless = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
