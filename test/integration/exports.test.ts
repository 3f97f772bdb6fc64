import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOfChain } from '../support/events.ts';
import { exportOf } from '../support/exports.ts';
import { organizationWith, pagesOf, sequences } from '../support/record.ts';
import { useSystem } from '../support/system.ts';
import { runVerifyEvents } from '../support/verifyEvents.ts';

const system = useSystem();
const ndjson = 'application/x-ndjson';
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gatewarden-record-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('an export', () => {
  let id = '';
  beforeAll(async () => {
    id = await organizationWith(system(), 12);
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
    const big = await organizationWith(system(), 1);
    await system().operator.lengthenChain(big, 1_204);
    expect(await faultsOfChain(system().operator, big)).toEqual([]);
    const { body, headers } = await exportOf(system(), `/organizations/${big}/events`, ndjson);
    expect(headers.get('x-next-cursor')).toBeNull();
    const file = path.join(folder, 'big.ndjson');
    writeFileSync(file, body);
    expect((await runVerifyEvents([file])).out).toContain('1205 events hold together, from 1 to 1205.');
    const csv = await exportOf(system(), `/organizations/${big}/events`, 'text/csv');
    expect(csv.body.trimEnd().split('\n')).toHaveLength(1_206);
    expect((await pagesOf(system(), `/organizations/${big}/events?limit=100`)).flat()).toHaveLength(1_205);
    const rare = await pagesOf(system(), `/organizations/${big}/events?type=organization.created`);
    expect([rare.length, rare.flat().map(({ sequence }) => sequence)]).toEqual([2, [1]]);
  });

  it('that is more than one answer holds says where it goes on, and the parts verify as one', async () => {
    const huge = await organizationWith(system(), 1);
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
  });

  it('cannot be made too large to be read, in any form, by events as large as they may be', async () => {
    const heavy = await organizationWith(system(), 1);
    // Twice a whole body of what weighs most when it is escaped.
    await system().operator.lengthenChain(heavy, 40, '"'.repeat(60_000));
    expect(sequences((await pagesOf(system(), `/organizations/${heavy}/events?limit=100`)).flat())).toHaveLength(41);
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
  });
});

describe('verify-events', () => {
  it.each([[[]], [['a', 'b']], [['--what', 'x']]])('called as %j says how to call it', async (args) => {
    const { code, err } = await runVerifyEvents(args);
    expect([code, err]).toEqual([2, expect.stringContaining('Usage: npm run verify-events -- FILE')]);
  });

  it('names the file of checkpoints that cannot be read', async () => {
    const events = path.join(folder, 'none.ndjson');
    writeFileSync(events, '');
    const outcome = await runVerifyEvents([events, '--checkpoints', 'README.md']);
    expect(outcome).toMatchObject({ code: 2, out: '' });
    expect(outcome.err).toContain('README.md holds no checkpoints');
  });

  it('on a file that is not there says so, and does not pass it', async () => {
    const { code, err } = await runVerifyEvents([path.join(folder, 'nothing.ndjson')]);
    expect(code).not.toBe(0);
    expect(err).toContain('nothing.ndjson');
  });
});
