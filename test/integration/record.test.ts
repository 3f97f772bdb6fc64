import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsOf, faultsOfChain } from '../support/events.ts';
import { exportOf } from '../support/exports.ts';
import { expectProblem } from '../support/problems.ts';
import type { Json } from '../support/respondsAsDeclared.ts';
import { runVerifyEvents } from '../support/verifyEvents.ts';
import { useSystem } from '../support/system.ts';
import type { Person } from '../support/system.ts';

const system = useSystem();
const dayMs = 86_400_000;
const ndjson = 'application/x-ndjson';
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gatewarden-record-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An organization with `count` events, made by changing its policy to and fro. */
async function organizationWith(count: number): Promise<string> {
  const { body } = await system().call('POST', '/organizations', { body: { name: 'Acme', plan: 'team', products: ['orders'], status: 'approved' } });
  await change(body.id, count - 1);
  return body.id;
}

async function change(id: string, times: number): Promise<void> {
  const { body } = await system().call('GET', `/organizations/${id}`);
  for (let done = 1; done <= times; done += 1) {
    expect((await system().call('PATCH', `/organizations/${id}`, { body: { name: `N${body.version + done}` } })).status).toBe(200);
  }
}

async function pagesOf(first: string, token?: string): Promise<Json[][]> {
  const pages: Json[][] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const at: string = cursor === '' ? first : `${first}${first.includes('?') ? '&' : '?'}cursor=${cursor}`;
    const { body, status }: Json = await system().call('GET', at, token === undefined ? {} : { token });
    expect(status, JSON.stringify(body)).toBe(200);
    pages.push(body.items);
    cursor = body.nextCursor;
  }
  return pages;
}

const sequences = (events: readonly Json[]): number[] => events.map(({ sequence }) => sequence);

/** Runs the job that signs checkpoints, as the schedule would. */
async function signCheckpoints(): Promise<Json> {
  const [schedule] = system().platform.schedules.list().filter(({ name }) => /checkpoint/i.test(name));
  const run = await system().platform.schedules.run(schedule?.name ?? '');
  expect(run).toMatchObject({ ok: true, error: null });
  return run.result;
}

describe('an organization’s events', () => {
  it('are listed newest first, page by page, each once, as they are stored', async () => {
    const id = await organizationWith(23);
    const pages = await pagesOf(`/organizations/${id}/events?limit=10`);
    expect(pages.map((page) => page.length)).toEqual([10, 10, 3]);
    expect(sequences(pages.flat())).toEqual([23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(pages.flat().toReversed()).toEqual(await eventsOf(system().operator, id));
  });

  it('go on where the cursor says, whatever happens in the meantime', async () => {
    const id = await organizationWith(6);
    const first = await system().call('GET', `/organizations/${id}/events?limit=3`);
    await change(id, 2);
    const second = await system().call('GET', `/organizations/${id}/events?limit=3&cursor=${first.body.nextCursor}`);
    expect([...sequences(first.body.items), ...sequences(second.body.items)]).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it('of a key are those that are about it', async () => {
    const id = await organizationWith(1);
    const { key } = await system().issue({}, `/organizations/${id}/keys`);
    const { key: other } = await system().issue({}, `/organizations/${id}/keys`);
    await system().call('PATCH', `/organizations/${id}/keys/${key.id}`, { body: { name: 'New' } });
    await system().call('POST', `/organizations/${id}/keys/${key.id}/revoke`, { body: { reason: 'retired' } });
    const pages = await pagesOf(`/organizations/${id}/keys/${key.id}/events?limit=2`);
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
      id = await organizationWith(3);
      person = await system().join(id, 'superadmin');
      system().platform.clock.advance(60_000);
      between = new Date(system().platform.clock.nowMs()).toISOString();
      system().platform.clock.advance(60_000);
      const token = await system().signIn(person.email);
      await system().call('PUT', `/organizations/${id}/roles/support`, { token, body: { permissions: ['keys:read'] } });
      await system().call('DELETE', `/organizations/${id}/roles/support`, { token });
    });
    const listed = async (query: string) => (await pagesOf(`/organizations/${id}/events?${query}`)).flat().map(({ type }) => type);

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
      const [newest] = (await pagesOf(`/organizations/${id}/events?limit=1`)).flat();
      expect(await listed(`from=${newest.at}`)).toEqual(['role.removed']);
      expect(await listed(`from=${newest.at}&to=${newest.at}`)).toEqual([]);
    });

    it('by all together, also page by page', async () => {
      const pages = await pagesOf(`/organizations/${id}/events?limit=1&type=role.removed&type=role.created&actor=${person.memberId}`);
      expect(pages.flat().map(({ type }) => type)).toEqual(['role.removed', 'role.created']);
    });

    it.each([['type=key.burnt', ['type[0]']], ['from=yesterday', ['from']], ['to=2026-11-22', ['to']], ['limit=0', ['limit']], ['actor=a&actor=b', ['actor']], ['keyId=key_1', ['keyId']]])('but not by %s, which is a 400', async (query, paths) => {
      expectProblem(await system().call('GET', `/organizations/${id}/events?${query}`), 400, 'invalid_request', paths);
    });
  });

  it('take no cursor of another list', async () => {
    const [mine, other] = [await organizationWith(3), await organizationWith(3)];
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
    const id = await organizationWith(1);
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
  }, 120_000);
});

describe('an export', () => {
  let id = '';
  beforeAll(async () => {
    id = await organizationWith(12);
  });

  it('as NDJSON is an event a line, newest first, and verifies offline', async () => {
    const { body, headers, status } = await exportOf(system(), `/organizations/${id}/events`, ndjson);
    expect([status, headers.get('content-type'), headers.get('x-next-cursor')]).toEqual([200, 'application/x-ndjson; charset=utf-8', null]);
    const lines = body.split('\n');
    expect([lines.length, lines.at(-1)]).toEqual([13, '']);
    expect(sequences(lines.slice(0, -1).map((line) => JSON.parse(line)))).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    const file = path.join(folder, 'good.ndjson');
    writeFileSync(file, body);
    expect(await runVerifyEvents([file])).toEqual({ code: 0, out: '12 events hold together, from 1 to 12.\nNo checkpoint vouches for them.\n', err: '' });
  });

  it.each<[string, (lines: string[]) => string[], RegExp]>([
    ['a field was changed', (lines) => lines.with(4, (lines[4] ?? '').replace('"N', '"M')), /^Line 5 \(event 8\) was changed/],
    ['an event was removed', (lines) => lines.toSpliced(4, 1), /^Line 5 \(event 7\) does not follow 9: events are missing or out of order/],
    ['two were swapped', (lines) => lines.with(4, lines[5] ?? '').with(5, lines[4] ?? ''), /^Line 5 \(event 7\) does not follow 9/],
    ['one stands twice', (lines) => lines.toSpliced(4, 0, lines[3] ?? ''), /^Line 5 \(event 9\) does not follow 9/],
    ['a line is no event', (lines) => lines.with(4, '{}'), /^Line 5 is not an event/],
  ])('in which %s does not verify, and the first broken link is named', async (_, tamper, message) => {
    const { body } = await exportOf(system(), `/organizations/${id}/events`, ndjson);
    const file = path.join(folder, 'bad.ndjson');
    writeFileSync(file, tamper(body.split('\n')).join('\n'));
    const { code, out, err } = await runVerifyEvents([file]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(message);
  });

  it('as CSV has a head and a line an event', async () => {
    const { body, headers } = await exportOf(system(), `/organizations/${id}/events`, 'text/csv');
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const [head, first] = body.split('\n');
    expect(head).toBe('sequence,id,organizationId,at,type,actorType,actorId,actorName,keyId,changes,ip,userAgent,requestId,previousHash,hash');
    expect(first).toMatch(/^12,evt_\w{20},org_\w{12},\d{4}-\d\d-\d\dT[\d:.]+Z,organization\.updated,management_key,key_\w{12},Root management key 1,,"\[\{""field"":""name""/);
    expect(body.trimEnd().split('\n')).toHaveLength(13);
  });

  it('takes the filters of the list', async () => {
    const { body } = await exportOf(system(), `/organizations/${id}/events?type=organization.created`, ndjson);
    expect(JSON.parse(body)).toMatchObject({ sequence: 1, type: 'organization.created' });
    expect((await exportOf(system(), `/organizations/${id}/events?type=key.revoked`, ndjson)).body).toBe('');
  });

  it('of a key, or by whoever may not, goes as the list does', async () => {
    const { key } = await system().issue({}, `/organizations/${id}/keys`);
    const { body } = await exportOf(system(), `/organizations/${id}/keys/${key.id}/events`, ndjson);
    expect(JSON.parse(body)).toMatchObject({ type: 'key.created', keyId: key.id });
    const developer = await system().join(id, 'developer');
    const refused = await exportOf(system(), `/organizations/${id}/events`, ndjson, developer.token);
    expect([refused.status, JSON.parse(refused.body).code]).toEqual([403, 'missing_permission']);
  });

  it('is a whole one beyond a thousand events', async () => {
    const big = await organizationWith(1);
    await system().operator.lengthenChain(big, 1_204);
    expect(await faultsOfChain(system().operator, big)).toEqual([]);
    const { body, headers } = await exportOf(system(), `/organizations/${big}/events`, ndjson);
    expect(headers.get('x-next-cursor')).toBeNull();
    const file = path.join(folder, 'big.ndjson');
    writeFileSync(file, body);
    expect((await runVerifyEvents([file])).out).toContain('1205 events hold together, from 1 to 1205.');
    const csv = await exportOf(system(), `/organizations/${big}/events`, 'text/csv');
    expect(csv.body.trimEnd().split('\n')).toHaveLength(1_206);
    expect((await pagesOf(`/organizations/${big}/events?limit=100`)).flat()).toHaveLength(1_205);
    const rare = await pagesOf(`/organizations/${big}/events?type=organization.created`);
    expect([rare.length, rare.flat().map(({ sequence }) => sequence)]).toEqual([2, [1]]);
  }, 120_000);

  it('that is more than one answer holds says where it goes on, and the parts verify as one', async () => {
    const huge = await organizationWith(1);
    await system().operator.lengthenChain(huge, 600, 'x'.repeat(8_000));
    const parts: string[] = [];
    let cursor: string | null = null;
    do {
      const { body, headers }: { body: string; headers: Headers } = await exportOf(system(), `/organizations/${huge}/events${cursor === null ? '' : `?cursor=${cursor}`}`, ndjson);
      expect(Buffer.byteLength(body)).toBeLessThan(6_000_000);
      parts.push(body);
      cursor = headers.get('x-next-cursor');
    } while (cursor !== null);
    expect(parts.length).toBeGreaterThan(1);
    const file = path.join(folder, 'huge.ndjson');
    writeFileSync(file, parts.join(''));
    expect((await runVerifyEvents([file])).out).toContain('601 events hold together, from 1 to 601.');
  }, 120_000);

  it('cannot be made too large to be read, in any form, by events as large as they may be', async () => {
    const heavy = await organizationWith(1);
    // Twice a whole body of what weighs most when it is escaped.
    await system().operator.lengthenChain(heavy, 40, '"'.repeat(60_000));
    expect(sequences((await pagesOf(`/organizations/${heavy}/events?limit=100`)).flat())).toHaveLength(41);
    for (const type of [ndjson, 'text/csv']) {
      let [lines, cursor]: [number, string | null] = [0, ''];
      while (cursor !== null) {
        const { body, headers, status }: { body: string; headers: Headers; status: number } = await exportOf(system(), `/organizations/${heavy}/events${cursor && `?cursor=${cursor}`}`, type);
        expect([type, status]).toEqual([type, 200]);
        lines += body.trimEnd().split('\n').length;
        cursor = headers.get('x-next-cursor');
      }
      expect([type, lines]).toEqual([type, type === ndjson ? 41 : 42]);
    }
  }, 60_000);
});

describe('signed checkpoints', () => {
  it('say where each chain stands, once; an export verifies against them', async () => {
    const id = await organizationWith(4);
    const result = await signCheckpoints();
    expect(result.signed).toBeGreaterThanOrEqual(1);
    const first = await system().call('GET', `/organizations/${id}/events/checkpoints`);
    const head = (await eventsOf(system().operator, id)).at(-1);
    expect(first.body.items).toEqual([
      { organizationId: id, sequence: 4, hash: head.hash, at: expect.any(String), keyId: expect.stringMatching(/^[0-9a-f]{16}$/), publicKey: expect.any(String), signature: expect.any(String) },
    ]);
    expect(await signCheckpoints()).toMatchObject({ signed: 0 });
    await change(id, 3);
    await signCheckpoints();
    const pages = await pagesOf(`/organizations/${id}/events/checkpoints?limit=1`);
    expect(pages.flat().map(({ sequence }) => sequence)).toEqual([7, 4]);
    const checkpoints = path.join(folder, 'checkpoints.json');
    writeFileSync(checkpoints, JSON.stringify({ items: pages.flat(), nextCursor: null }));
    const file = path.join(folder, 'signed.ndjson');
    const { body } = await exportOf(system(), `/organizations/${id}/events`, ndjson);
    writeFileSync(file, body);
    const publicKey = first.body.items[0].publicKey;
    expect((await runVerifyEvents([file, '--checkpoints', checkpoints, '--public-key', publicKey])).out).toContain('A signed checkpoint vouches for them up to 7.');
    const foreign = await runVerifyEvents([file, '--checkpoints', checkpoints, '--public-key', 'MCowBQYDK2VwAyEAFLUCsbVTwnMT6HkS2QI8JfTIBk+HAbvxhMjWaHn7Z/g=']);
    expect([foreign.code, foreign.err]).toEqual([1, expect.stringContaining('was signed with another key')]);
    writeFileSync(file, body.split('\n').slice(1).join('\n'));
    const cut = await runVerifyEvents([file, '--checkpoints', checkpoints]);
    expect([cut.code, cut.err]).toEqual([1, 'Line 1 (event 6) is not the last event: a checkpoint was signed for event 7.\n']);
  });

  it('are the same key’s after the function is started anew', async () => {
    const id = await organizationWith(1);
    await signCheckpoints();
    const [mine] = (await system().call('GET', `/organizations/${id}/events/checkpoints`)).body.items;
    const [operators] = (await system().call('GET', `/organizations/${system().organizationId}/events/checkpoints`)).body.items;
    expect(mine.keyId).toBe(operators.keyId);
  });

  // Last: more than a year goes by.
  it('vouch for what is left once TTL has taken the oldest events', async () => {
    const id = await organizationWith(5);
    system().platform.clock.advance(200 * dayMs);
    await change(id, 3);
    await signCheckpoints();
    system().platform.clock.advance(201 * dayMs);
    await change(id, 2);
    const { items } = (await system().call('GET', `/organizations/${id}/events`)).body;
    expect(sequences(items)).toEqual([10, 9, 8, 7, 6]);
    const file = path.join(folder, 'rest.ndjson');
    writeFileSync(file, (await exportOf(system(), `/organizations/${id}/events`, ndjson)).body);
    const checkpoints = path.join(folder, 'rest.json');
    writeFileSync(checkpoints, JSON.stringify((await system().call('GET', `/organizations/${id}/events/checkpoints`)).body));
    const { code, out } = await runVerifyEvents([file, '--checkpoints', checkpoints]);
    expect([code, out]).toEqual([0, "5 events hold together, from 6 to 10.\nThey do not begin with the organization's first event.\nA signed checkpoint vouches for them up to 8.\n"]);
    await expect.poll(async () => (await system().operator.partition(`EVENTS#${id}`)).filter(({ sk }) => String(sk).startsWith('EVENT#')).length, { timeout: 15_000 }).toBe(5);
    expect(sequences((await system().call('GET', `/organizations/${id}/events`)).body.items)).toEqual([10, 9, 8, 7, 6]);
  }, 60_000);
});

describe('verify-events', () => {
  it.each([[[]], [['a', 'b']], [['--what', 'x']]])('called as %j says how to call it', async (args) => {
    const { code, err } = await runVerifyEvents(args);
    expect([code, err]).toEqual([2, expect.stringContaining('Usage: npm run verify-events -- FILE')]);
  });

  it('on a file that is not there says so, and does not pass it', async () => {
    const { code, err } = await runVerifyEvents([path.join(folder, 'nothing.ndjson')]);
    expect(code).not.toBe(0);
    expect(err).toContain('nothing.ndjson');
  });
});
