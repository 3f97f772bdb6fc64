/** Oldest that an organization's state may be in an authorizer, in milliseconds. */
export const organizationMaxAgeMs = 10_000;
const maxEntries = 5_000;

/** Keeps what `read` answers for at most 10 s; failures and absences are not kept. */
export function cachedForTenSeconds<T>(
  read: (id: string) => Promise<T | null>,
  nowMs: () => number,
): (id: string) => Promise<T | null> {
  const kept = new Map<string, { value: T; readAtMs: number }>();
  return async (id) => {
    // The age counts from before the read: what was read may have changed while the answer travelled.
    const startedMs = nowMs();
    const entry = kept.get(id);
    if (entry && startedMs >= entry.readAtMs && startedMs - entry.readAtMs < organizationMaxAgeMs) return entry.value;
    const value = await read(id);
    kept.delete(id);
    if (value !== null) kept.set(id, { value, readAtMs: startedMs });
    if (kept.size > maxEntries) for (const oldest of kept.keys()) { kept.delete(oldest); break; }
    return value;
  };
}
