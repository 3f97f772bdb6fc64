import { Problem } from '../../../shared/errors/problems.ts';
import type { ChangeContext, EventDraft } from '../../../shared/events/event.ts';
import type { KeyRecord } from '../../../shared/keys/key.ts';
import { assertMayIssue } from '../../../shared/keys/issue.ts';
import { config } from '../../config.ts';
import { nowMs } from '../../dependencies.ts';
import { changeUntilWritten } from '../change.ts';
import type { Attempt } from '../change.ts';
import { stores } from './dependencies.ts';
import { loadOrganization } from '../loadOrganization.ts';

/**
 * A change of a key. One that finds no place in the plan frees those of keys that have expired or are gone, or is
 * `key_limit_reached`; one that needs a place in an organization that is not approved is a 403.
 */
export async function changeKey<T>(
  { params, context, isUrgent = false }: { params: Readonly<Record<string, string>>; context: ChangeContext; isUrgent?: boolean },
  attempt: () => Promise<Attempt<T>>,
): Promise<T> {
  const organizationId = params['organizationId'] ?? '';
  const onRefused = async (refusedBy: string): Promise<void> => {
    if (refusedBy === 'places') await makePlace(organizationId);
    if (refusedBy === 'organization') assertMayIssue(await loadOrganization(params), config);
  };
  return changeUntilWritten({ events: stores.events, organizationId, context, onRefused, isUrgent }, attempt);
}

/** How many keys an organization's plan allows; null for no bound. */
export function maxKeysOf(plan: string): number | null {
  return config.plans[plan]?.maxKeys ?? null;
}

/** The event and the writes of a key that changes in place; `maxKeys` matters where it may need a place again. */
export function replacement(before: KeyRecord, after: KeyRecord, draft: EventDraft, maxKeys: number | null = null) {
  return { writes: stores.keys.replace(before, after, maxKeys), drafts: [draft] };
}

async function makePlace(organizationId: string): Promise<void> {
  if ((await stores.keys.releasePlaces(organizationId, nowMs())) > 0) return;
  const organization = await stores.organizations.get(organizationId);
  const maxKeys = maxKeysOf(organization?.plan ?? '');
  throw new Problem('key_limit_reached', `The plan allows ${maxKeys} keys that are neither expired nor revoked.`, {
    extras: { maxKeys },
  });
}
