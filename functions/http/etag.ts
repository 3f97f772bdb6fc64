import { Problem } from '../../shared/errors/problems.ts';

/** A version as an entity tag: `"3"`. */
export function etagOf({ version }: { version: number }): string {
  return `"${version}"`;
}

/** 412 unless `If-Match` names the version; `*` fits any. Comparison is strong, so `W/"3"` fits none (RFC 9110, 13.1.1). */
export function assertMatches(ifMatch: string | undefined, current: { version: number }): void {
  if (ifMatch === undefined || ifMatch === '*') return;
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  if (tags.includes(etagOf(current))) return;
  throw new Problem('version_mismatch', `The version is ${current.version}, not ${ifMatch.replaceAll('"', '')}; read it again.`, {
    extras: { version: current.version },
  });
}
