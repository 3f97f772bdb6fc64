import { Problem } from '../../shared/errors/problems.ts';
import type { EventStore } from '../../shared/events/store.ts';
import type { ChangeContext, EventDraft } from '../../shared/events/event.ts';
import type { Write } from '../../shared/table.ts';

const maxTries = 8;

/** What a try wants written, and then answered; or what it answers at once. */
export type Attempt<T> =
  | { readonly answer: T }
  | { readonly writes: readonly Write[]; readonly drafts: readonly EventDraft[]; readonly result: T };

/**
 * Reads, decides and writes, again from the start when another writer was faster. `attempt` decides anew each time,
 * on what it reads then. `onRefused` hears which condition did not hold, and throws where trying again cannot help.
 * Throws 409 `request_in_progress` when others stay faster.
 */
export async function changeUntilWritten<T>(
  options: {
    events: EventStore;
    organizationId: string;
    context: ChangeContext;
    onRefused?: (refusedBy: string) => void | Promise<void>;
    isUrgent?: boolean;
  },
  attempt: () => Promise<Attempt<T>>,
): Promise<T> {
  const { events, organizationId, context, isUrgent = false } = options;
  for (let tried = 1; tried <= maxTries; tried += 1) {
    const decided = await attempt();
    if ('answer' in decided) return decided.answer;
    const { writes, drafts } = decided;
    const outcome = await events.commit({ organizationId, context, isUrgent, writes, drafts });
    if (outcome.done) return decided.result;
    await options.onRefused?.(outcome.refusedBy);
  }
  throw new Problem('request_in_progress', 'The same thing was changed by others at the same time; try again.', {
    headers: { 'Retry-After': '1' },
  });
}
