import { expect } from 'vitest';
import type { Json } from './respondsAsDeclared.ts';
import type { System } from './system.ts';

/** An organization with `count` events, all but the first changes of its name. */
export async function organizationWith(system: System, count: number): Promise<string> {
  const { body } = await system.call('POST', '/organizations', { body: { name: 'Acme', plan: 'team', products: ['orders'], status: 'approved' } });
  await change(system, body.id, count - 1);
  return body.id;
}

/** Changes the name of an organization `times` times. */
export async function change(system: System, id: string, times: number): Promise<void> {
  const { body } = await system.call('GET', `/organizations/${id}`);
  for (let done = 1; done <= times; done += 1) {
    expect((await system.call('PATCH', `/organizations/${id}`, { body: { name: `N${body.version + done}` } })).status).toBe(200);
  }
}

/** Every page of a list, from the first address on. */
export async function pagesOf(system: System, first: string, token?: string): Promise<Json[][]> {
  const pages: Json[][] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const at: string = cursor === '' ? first : `${first}${first.includes('?') ? '&' : '?'}cursor=${cursor}`;
    const { body, status }: Json = await system.call('GET', at, token === undefined ? {} : { token });
    expect(status, JSON.stringify(body)).toBe(200);
    pages.push(body.items);
    cursor = body.nextCursor;
  }
  return pages;
}

export const sequences = (events: readonly Json[]): number[] => events.map(({ sequence }) => sequence);
