import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MailMessage } from '../../../../local/ses/message.ts';
import { createMessageStore } from '../../../../local/ses/messageStore.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'mails-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const message = (id: string): MailMessage => ({ id, at: '2026-11-22T09:15:00.000Z', from: 'keys@example.com', to: ['ada@example.com'], subject: id, text: null, html: null, headers: { To: 'ada@example.com' } });
const ids = (store: { list(): readonly MailMessage[] }) => store.list().map(({ id }) => id);

describe('the mails that arrived', () => {
  it('are there after a restart, in the order they came', () => {
    const store = createMessageStore({ dataDir });
    for (let count = 1; count <= 11; count += 1) store.add(message(`m${count}`));
    const restarted = createMessageStore({ dataDir });
    expect(ids(restarted)).toEqual(['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8', 'm9', 'm10', 'm11']);
    expect(restarted.find('m3')).toEqual(message('m3'));
    restarted.add(message('m12'));
    expect(ids(createMessageStore({ dataDir })).at(-1)).toBe('m12');
  });

  it('are bounded: the oldest go first, from the folder too', () => {
    const store = createMessageStore({ dataDir, max: 3 });
    for (const id of ['a', 'b', 'c', 'd', 'e']) store.add(message(id));
    expect(ids(store)).toEqual(['c', 'd', 'e']);
    expect(readdirSync(path.join(dataDir, 'mails'))).toHaveLength(3);
    expect(ids(createMessageStore({ dataDir, max: 3 }))).toEqual(['c', 'd', 'e']);
  });

  it('are 1,000 at the most', () => {
    const store = createMessageStore({ dataDir: undefined });
    for (let count = 1; count <= 1_001; count += 1) store.add(message(`m${count}`));
    expect(store.list()).toHaveLength(1_000);
    expect(store.list()[0]?.id).toBe('m2');
  });

  it('can be forgotten, for good', () => {
    const store = createMessageStore({ dataDir });
    store.add(message('a'));
    const before = store.revision();
    expect(store.clear()).toBe(1);
    expect(store.revision()).toBeGreaterThan(before);
    expect(ids(store)).toEqual([]);
    expect(ids(createMessageStore({ dataDir }))).toEqual([]);
    store.add(message('b'));
    expect(ids(createMessageStore({ dataDir }))).toEqual(['b']);
  });

  it('are for this user alone', () => {
    createMessageStore({ dataDir }).add(message('a'));
    const folder = path.join(dataDir, 'mails');
    expect(readdirSync(folder).map((name) => (statSync(path.join(folder, name)).mode & 0o777).toString(8))).toEqual(['600']);
  });

  it('are not mixed up with what a crash left half written', () => {
    createMessageStore({ dataDir }).add(message('a'));
    writeFileSync(path.join(dataDir, 'mails', '000000000002.json.123.tmp'), '{"id":');
    expect(ids(createMessageStore({ dataDir }))).toEqual(['a']);
  });
});
