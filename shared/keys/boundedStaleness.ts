const negativeMs = 1_000;
const maxEntries = 10_000;

interface Entry<T> {
  readonly value: T | null;
  /** When the read began: what was read may have changed while the answer travelled. */
  readonly readAtMs: number;
}

/** A read that is under way. */
interface Reading<T> {
  readonly value: Promise<T | null>;
  readonly readAtMs: number;
}

/**
 * Keeps what `read` answers, for a key that is used more often than a partition can be read: never older than `boundMs`,
 * absences no longer than a second, and 10,000 of them at most. From half of the bound on it is read anew; where that
 * fails, what is kept serves for the rest of the bound and not beyond. Readings at the same time share one read, as long
 * as it is young enough to be kept, whatever it answers.
 */
export function withBoundedStaleness<T>(options: {
  read: (id: string) => Promise<T | null>;
  boundMs: number;
  nowMs: () => number;
}): (id: string) => Promise<T | null> {
  const { read, boundMs, nowMs } = options;
  const kept = new Map<string, Entry<T>>();
  const reading = new Map<string, Reading<T>>();

  const readAnew = async (id: string, readAtMs: number): Promise<T | null> => {
    const value = await read(id);
    // A slow read must not take the place of a younger one that has ended before it.
    if (reading.get(id)?.readAtMs !== readAtMs) return value;
    kept.delete(id);
    kept.set(id, { value, readAtMs });
    if (kept.size > maxEntries) for (const oldest of kept.keys()) { kept.delete(oldest); break; }
    return value;
  };
  const shared = (id: string): Promise<T | null> => {
    const readAtMs = nowMs();
    const known = reading.get(id);
    if (known && isYounger(known, readAtMs, Math.min(boundMs, negativeMs))) return known.value;
    const value = readAnew(id, readAtMs).finally(() => {
      if (reading.get(id)?.readAtMs === readAtMs) reading.delete(id);
    });
    reading.set(id, { value, readAtMs });
    return value;
  };

  return async (id) => {
    const entry = kept.get(id);
    const limitMs = entry?.value === null ? Math.min(boundMs, negativeMs) : boundMs;
    if (entry && isYounger(entry, nowMs(), limitMs / 2)) return entry.value;
    try {
      return await shared(id);
    } catch (error) {
      // Asked after the failed read, which takes time too.
      if (entry && isYounger(entry, nowMs(), limitMs)) return entry.value;
      throw error;
    }
  };
}

/** A clock that was set back makes nothing younger. */
function isYounger({ readAtMs }: { readonly readAtMs: number }, nowMs: number, limitMs: number): boolean {
  return nowMs >= readAtMs && nowMs - readAtMs < limitMs;
}
