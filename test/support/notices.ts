import { expect } from 'vitest';
import { eventsOf } from './events.ts';
import type { Json } from './respondsAsDeclared.ts';
import type { System } from './system.ts';

/** Moves the clock of the platform to a time that lies ahead; answers by how many seconds. */
export function advanceTo({ platform }: System, at: string): void {
  platform.clock.advance(Date.parse(at) - platform.clock.nowMs());
}

/** ISO 8601 of some days (and hours) after a time. */
export function after(at: string, days: number, hours = 0): string {
  return new Date(Date.parse(at) + days * 86_400_000 + hours * 3_600_000).toISOString();
}

/** Runs the sweep as its schedule would, after one that a moved clock may have begun; answers what it says. */
export async function sweep({ platform }: System): Promise<Json> {
  await platform.settled();
  const run = await platform.schedules.run('gatewarden-sweep-keys');
  expect(run).toMatchObject({ ok: true, error: null });
  await platform.settled();
  return run.result;
}

/** The types of the events that the clock brought for a key, in their order. */
export async function noticesOf({ operator }: System, organizationId: string, keyId: string): Promise<string[]> {
  const events = (await eventsOf(operator, organizationId)).filter((event) => event.keyId === keyId && event.actor.type === 'system');
  return events.map(({ type, changes }) => (type === 'key.expiring' ? `${type} ${changes[0].to}` : type));
}

/** Mails that have come since the last call of this reader, `to: subject`, in order of address. */
export function mailReader({ platform }: System): () => string[] {
  const seen = new Set(platform.mail.messages.list().map(({ id }) => id));
  return () => {
    const fresh = platform.mail.messages.list().filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    return fresh.map(({ to, subject }) => `${to.join()}: ${subject}`).toSorted();
  };
}
