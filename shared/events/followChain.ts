import { hashEvent } from './chain.ts';
import type { ChainHead } from './chain.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { EventReader } from './reader.ts';

interface FollowOptions {
  readonly organizationId: string;
  readonly head: ChainHead;
  /** The last one; null before the first. */
  readonly checkpoint: Checkpoint | null;
  /** TTL has taken nothing that happened after this moment. */
  readonly oldestKeptAt: string;
}

/**
 * Follows a chain from its head back to the last checkpoint, or to the oldest event that is left. Null where every
 * link holds; else what is wrong, in words: someone has changed the table past the code.
 */
export async function followChain(
  log: Pick<EventReader, 'page'>,
  options: FollowOptions,
): Promise<string | null> {
  const { organizationId, head, checkpoint } = options;
  const until = checkpoint?.sequence ?? 1;
  let expected = { sequence: head.sequence, hash: head.hash };
  for (let [hasMore, before] = [true, head.sequence + 1]; hasMore && expected.sequence >= until; ) {
    const page = await log.page(organizationId, before, 1000);
    for (const { hash, ...unsealed } of page.rows) {
      if (expected.sequence < until) break;
      if (unsealed.sequence !== expected.sequence) return `event ${expected.sequence} is missing`;
      if (hash !== expected.hash || hashEvent(unsealed) !== hash) return `event ${unsealed.sequence} was changed`;
      if (unsealed.sequence === checkpoint?.sequence && hash !== checkpoint.hash) return `event ${unsealed.sequence} is not what was signed`;
      expected = { sequence: unsealed.sequence - 1, hash: unsealed.previousHash };
    }
    before = expected.sequence + 1;
    hasMore = page.hasMore;
  }
  return mayEndBefore(expected.sequence, options) ? null : `event ${expected.sequence} is missing`;
}

/** Whether an event may be gone: signed before, or taken by TTL, which takes only what is old enough. */
function mayEndBefore(sequence: number, { head, checkpoint, oldestKeptAt }: Pick<FollowOptions, 'head' | 'checkpoint' | 'oldestKeptAt'>): boolean {
  if (sequence === head.sequence) return head.at <= oldestKeptAt;
  return checkpoint === null || sequence <= checkpoint.sequence || checkpoint.at <= oldestKeptAt;
}
