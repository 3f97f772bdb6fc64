import type { Key } from './key.ts';
import type { ListKeysQuery } from './listQuery.ts';

/** Whether a key passes every filter of a list. */
export function matches(key: Key, query: Omit<ListKeysQuery, 'limit' | 'cursor'>): boolean {
  return (
    isOrUnset(query.status, key.status) &&
    isOrUnset(query.environment, key.environment) &&
    isOrUnset(query.product, key.product) &&
    (query.owner === undefined || isOwner(key, query.owner)) &&
    (query.tag ?? []).every(({ name, value }) => Object.hasOwn(key.tags, name) && key.tags[name] === value) &&
    (query.search === undefined || holds(key, query.search)) &&
    (query.expiresBefore === undefined || (key.expiresAt !== null && key.expiresAt < query.expiresBefore))
  );
}

function isOrUnset<T>(asked: T | undefined, actual: T): boolean {
  return asked === undefined || asked === actual;
}

function isOwner(key: Key, owner: string): boolean {
  const wanted = owner.toLowerCase();
  return [key.owner?.email, key.owner?.name].some((text) => text?.toLowerCase() === wanted);
}

function holds(key: Key, search: string): boolean {
  const wanted = search.toLowerCase();
  return [key.name, key.description, key.id].some((text) => text?.toLowerCase().includes(wanted));
}
