import { Problem } from '../../../shared/errors/problems.ts';
import type { ChangeContext, EventDraft } from '../../../shared/events/event.ts';
import type { KeyRecord } from '../../../shared/keys/key.ts';
import type { Write } from '../../../shared/table.ts';
import { config } from '../../config.ts';
import { nowMs } from '../../dependencies.ts';
import { stores } from './dependencies.ts';

const maxTries = 8;

/** What a try wants written, or what it answers at once. */
export type Attempt<T> =
  | { readonly answer: T }
  | {
      readonly writes: readonly Write[];
      readonly drafts: readonly EventDraft[];
      /** What the plan allows, where the writes take a place. */
      readonly maxKeys: number | null;
      readonly result: T;
    };

/**
 * Reads, decides and writes, again from the start when another writer was faster. `attempt` decides anew each
 * time, on what it reads then. Throws `key_limit_reached` when the plan has no place, 409 when others stay faster.
 */
export async function changeUntilWritten<T>(
  options: { organizationId: string; context: ChangeContext; isUrgent?: boolean },
  attempt: () => Promise<Attempt<T>>,
): Promise<T> {
  for (let tried = 1; tried <= maxTries; tried += 1) {
    const decided = await attempt();
    if ('answer' in decided) return decided.answer;
    const outcome = await stores.events.commit({ ...options, writes: decided.writes, drafts: decided.drafts });
    if (outcome.done) return decided.result;
    // Any other refusal: someone else was faster, which the next try reads.
    if (outcome.refusedBy === 'places') await makePlace(options.organizationId, decided.maxKeys);
  }
  throw new Problem('request_in_progress', 'The key was changed by others at the same time; try again.', {
    headers: { 'Retry-After': '1' },
  });
}

/** Frees the places of keys that have expired or are gone; throws when there are none. */
async function makePlace(organizationId: string, maxKeys: number | null): Promise<void> {
  if ((await stores.keys.releasePlaces(organizationId, nowMs())) > 0) return;
  throw new Problem('key_limit_reached', `The plan allows ${maxKeys} keys that are neither expired nor revoked.`, {
    extras: { maxKeys },
  });
}

/** How many keys an organization's plan allows; null for no bound. */
export function maxKeysOf(plan: string): number | null {
  return config.plans[plan]?.maxKeys ?? null;
}

/** The event and the writes of a key that changes in place; `maxKeys` matters where it may need a place again. */
export function replacement(before: KeyRecord, after: KeyRecord, draft: EventDraft, maxKeys: number | null = null) {
  return { writes: stores.keys.replace(before, after, maxKeys), drafts: [draft], maxKeys };
}
