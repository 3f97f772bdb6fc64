import { beforeAll, describe, expect, it } from 'vitest';
import { eventsOf, faultsOfChain } from '../support/events.ts';
import { expectProblem } from '../support/problems.ts';
import { change, organizationWith, pagesOf, sequences } from '../support/record.ts';
import type { Json } from '../support/respondsAsDeclared.ts';
import { useSystem } from '../support/system.ts';
import type { Person } from '../support/system.ts';

const system = useSystem();

describe('an organization’s events', () => {
  it('are listed newest first, page by page, each once, as they are stored', async () => {
    const id = await organizationWith(system(), 23);
    const pages = await pagesOf(system(), `/organizations/${id}/events?limit=10`);
    expect(pages.map((page) => page.length)).toEqual([10, 10, 3]);
    expect(sequences(pages.flat())).toEqual([23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(pages.flat().toReversed()).toEqual(await eventsOf(system().operator, id));
  });

  it('go on where the cursor says, whatever happens in the meantime', async () => {
    const id = await organizationWith(system(), 6);
    const first = await system().call('GET', `/organizations/${id}/events?limit=3`);
    await change(system(), id, 2);
    const second = await system().call('GET', `/organizations/${id}/events?limit=3&cursor=${first.body.nextCursor}`);
    expect([...sequences(first.body.items), ...sequences(second.body.items)]).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it('of a key are those that are about it', async () => {
    const id = await organizationWith(system(), 1);
    const { key } = await system().issue({}, `/organizations/${id}/keys`);
    const { key: other } = await system().issue({}, `/organizations/${id}/keys`);
    await system().call('PATCH', `/organizations/${id}/keys/${key.id}`, { body: { name: 'New' } });
    await system().call('POST', `/organizations/${id}/keys/${key.id}/revoke`, { body: { reason: 'retired' } });
    const pages = await pagesOf(system(), `/organizations/${id}/keys/${key.id}/events?limit=2`);
    expect(pages.flat().map(({ type }) => type)).toEqual(['key.revoked', 'key.updated', 'key.created']);
    const [first] = pages;
    expect(first).toHaveLength(2);
    expect((await system().call('GET', `/organizations/${id}/keys/${other.id}/events`)).body.items.map(({ type }: Json) => type)).toEqual(['key.created']);
  });

  describe('are filtered', () => {
    let id = '';
    let person: Person;
    let between = '';
    beforeAll(async () => {
      id = await organizationWith(system(), 3);
      person = await system().join(id, 'superadmin');
      system().platform.clock.advance(60_000);
      between = new Date(system().platform.clock.nowMs()).toISOString();
      system().platform.clock.advance(60_000);
      const token = await system().signIn(person.email);
      await system().call('PUT', `/organizations/${id}/roles/support`, { token, body: { permissions: ['keys:read'] } });
      await system().call('DELETE', `/organizations/${id}/roles/support`, { token });
    });
    const listed = async (query: string) => (await pagesOf(system(), `/organizations/${id}/events?${query}`)).flat().map(({ type }) => type);

    it('by type, one or several', async () => {
      expect(await listed('type=role.created')).toEqual(['role.created']);
      expect(await listed('type=role.created&type=organization.created&type=key.revoked')).toEqual(['role.created', 'organization.created']);
      expect(await listed('type=key.revoked')).toEqual([]);
    });

    it('by who did it', async () => {
      expect(await listed(`actor=${person.memberId}`)).toEqual(['role.removed', 'role.created', 'member.joined']);
      expect(await listed('actor=mem_000000000000')).toEqual([]);
    });

    it('by when: from is the first moment, to is the first that is too late', async () => {
      expect(await listed(`from=${between}`)).toEqual(['role.removed', 'role.created']);
      expect(await listed(`to=${between}`)).toEqual(['member.joined', 'member.invited', 'organization.updated', 'organization.updated', 'organization.created']);
      expect(await listed(`from=${between}&to=${between}`)).toEqual([]);
      const [newest] = (await pagesOf(system(), `/organizations/${id}/events?limit=1`)).flat();
      expect(await listed(`from=${newest.at}`)).toEqual(['role.removed']);
      expect(await listed(`from=${newest.at}&to=${newest.at}`)).toEqual([]);
    });

    it('by all together, also page by page', async () => {
      const pages = await pagesOf(system(), `/organizations/${id}/events?limit=1&type=role.removed&type=role.created&actor=${person.memberId}`);
      expect(pages.flat().map(({ type }) => type)).toEqual(['role.removed', 'role.created']);
    });

    it.each([['type=key.burnt', ['type[0]']], ['from=yesterday', ['from']], ['to=2026-11-22', ['to']], ['limit=0', ['limit']], ['actor=a&actor=b', ['actor']], ['keyId=key_1', ['keyId']]])('but not by %s, which is a 400', async (query, paths) => {
      expectProblem(await system().call('GET', `/organizations/${id}/events?${query}`), 400, 'invalid_request', paths);
    });
  });

  it('take no cursor of another list', async () => {
    const [mine, other] = [await organizationWith(system(), 3), await organizationWith(system(), 3)];
    const { key } = await system().issue({}, `/organizations/${mine}/keys`);
    const cursorOf = async (list: string) => (await system().call('GET', `${list}?limit=1`)).body.nextCursor as string;
    const foreign = await cursorOf(`/organizations/${other}/events`);
    expect(foreign).not.toBeNull();
    const person = await system().join(mine, 'superadmin');
    const forged = (place: unknown) => Buffer.from(JSON.stringify([`events:${mine}`, place])).toString('base64url');
    for (const cursor of [foreign, forged('0'), forged('-1'), forged('1.5'), forged('x'), forged('1e400'), forged(''), await cursorOf(`/organizations/${mine}/keys`).then((own) => own ?? 'x'), await cursorOf('/organizations')]) {
      for (const list of [`/organizations/${mine}/events`, `/organizations/${mine}/keys/${key.id}/events`, `/organizations/${mine}/events/checkpoints`]) {
        expectProblem(await system().call('GET', `${list}?cursor=${cursor}`, { token: person.token }), 400, 'invalid_cursor');
      }
    }
  });
});

describe('the chain', () => {
  it('is whole, and nothing is lost, however many write at once', async () => {
    const id = await organizationWith(system(), 1);
    const { key } = await system().issue({}, `/organizations/${id}/keys`);
    const writers: (() => ReturnType<ReturnType<typeof system>['call']>)[] = Array.from({ length: 24 }, (_, index) => {
      const kinds = [
        () => system().call('PATCH', `/organizations/${id}`, { body: { name: `Writer ${index}` } }),
        () => system().call('POST', `/organizations/${id}/members`, { body: { email: `w${index}@chain.example.com`, role: 'viewer' } }),
        () => system().call('PUT', `/organizations/${id}/roles/w${index}`, { body: { permissions: ['keys:read'] } }),
        () => system().call('PATCH', `/organizations/${id}/keys/${key.id}`, { body: { name: `Writer ${index}` } }),
      ];
      return kinds[index % kinds.length] ?? kinds[0] as never;
    });
    const answers = await Promise.all(writers.map((write) => write()));
    const done = answers.filter(({ status }) => status < 300).length;
    for (const { status, body } of answers.filter((answer) => answer.status >= 300)) expect([status, body.code]).toEqual([409, 'request_in_progress']);
    expect(done).toBeGreaterThan(12);
    expect(await faultsOfChain(system().operator, id)).toEqual([]);
    expect(await eventsOf(system().operator, id)).toHaveLength(2 + done);
  });
});
