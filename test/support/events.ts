import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Item, Operator } from './operator.ts';
import type { Json } from './respondsAsDeclared.ts';

/** An organization's events, oldest first, as they are stored, without the attributes that only place them. */
export async function eventsOf(operator: Operator, organizationId: string): Promise<Json[]> {
  const items = await operator.partition(`EVENTS#${organizationId}`);
  return items.filter(isEvent).map(({ pk: _pk, sk: _sk, gsi1pk: _gsi1pk, gsi1sk: _gsi1sk, purgeAt: _purgeAt, ...event }) => event);
}

/** What is wrong with a chain, computed apart from the product: gaps, broken links, hashes that do not fit. */
export async function faultsOfChain(operator: Operator, organizationId: string): Promise<string[]> {
  const events = await eventsOf(operator, organizationId);
  const faults: string[] = [];
  let previousHash = '0000000000000000000000000000000000000000000000000000000000000000';
  for (const [index, { hash, ...rest }] of events.entries()) {
    if (rest.sequence !== index + 1) faults.push(`event ${index + 1} has the sequence ${rest.sequence}`);
    if (rest.previousHash !== previousHash) faults.push(`event ${index + 1} does not follow the one before`);
    if (hash !== createHash('sha256').update(canonicalize(rest) ?? '').digest('hex')) faults.push(`event ${index + 1} has another hash`);
    previousHash = hash;
  }
  const head = await operator.get(`EVENTS#${organizationId}`, 'HEAD');
  if (head?.['sequence'] !== events.length || head['hash'] !== previousHash) faults.push('the head is not the last event');
  return faults;
}

/** Puts something where an organization's next event belongs, for as long as `during` runs. */
export async function withBlockedChain(operator: Operator, organizationId: string, during: () => Promise<void>): Promise<void> {
  const next = (await eventsOf(operator, organizationId)).length + 1;
  const place = [`EVENTS#${organizationId}`, `EVENT#${String(next).padStart(12, '0')}`] as const;
  await operator.put({ pk: place[0], sk: place[1], blocked: true });
  await during();
  await operator.remove(...place);
}

function isEvent({ sk }: Item): boolean {
  return String(sk).startsWith('EVENT#');
}
