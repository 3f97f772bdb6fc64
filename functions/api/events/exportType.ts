export type ExportType = 'application/x-ndjson' | 'text/csv';

/** The export that an `Accept` header asks for; null for a page of JSON. */
export function exportTypeOf(accept: string | undefined): ExportType | null {
  const types = (accept ?? '').split(',').map((type) => type.split(';')[0]?.trim().toLowerCase());
  return (['application/x-ndjson', 'text/csv'] as const).find((type) => types.includes(type)) ?? null;
}
