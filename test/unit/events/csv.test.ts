import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvHeader, toCsvLine } from '../../../shared/events/csv.ts';
import type { GatewardenEvent } from '../../../shared/events/event.ts';
import { anyText } from '../anyText.ts';

const event: GatewardenEvent = {
  id: 'evt_1',
  organizationId: 'org_1',
  sequence: 7,
  type: 'key.updated',
  at: '2026-11-22T08:00:00.000Z',
  actor: { type: 'member', id: 'mem_1', name: 'Ada' },
  keyId: 'key_1',
  changes: [{ field: 'name', from: null, to: 'A "quoted", name' }],
  ip: '192.0.2.7',
  userAgent: null,
  requestId: 'req_1',
  previousHash: 'aa',
  hash: 'bb',
};

/** A reader of RFC 4180, written apart from the code. */
function parseLine(line: string): string[] {
  const cells: string[] = [];
  let rest = `,${line}`;
  while (rest !== '') {
    const match = /^,(?:"((?:[^"]|"")*)"|([^",\r\n]*))/.exec(rest);
    if (!match) throw new Error(`This is no CSV: ${rest}`);
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    rest = rest.slice(match[0].length);
  }
  return cells;
}

const named = (name: string): string | undefined => parseLine(toCsvLine({ ...event, actor: { ...event.actor, name } }))[7];

describe('an event in CSV', () => {
  it('has a cell under each head', () => {
    expect(csvHeader).toBe('sequence,id,organizationId,at,type,actorType,actorId,actorName,keyId,changes,ip,userAgent,requestId,previousHash,hash');
    expect(toCsvLine(event)).toBe(
      '7,evt_1,org_1,2026-11-22T08:00:00.000Z,key.updated,member,mem_1,Ada,key_1,"[{""field"":""name"",""from"":null,""to"":""A \\""quoted\\"", name""}]",192.0.2.7,,req_1,aa,bb',
    );
  });

  it('leaves a cell empty for what is absent', () => {
    const { keyId: _keyId, changes: _changes, ...bare } = event;
    expect(toCsvLine({ ...bare, ip: null, requestId: null })).toBe('7,evt_1,org_1,2026-11-22T08:00:00.000Z,key.updated,member,mem_1,Ada,,,,,,aa,bb');
  });

  it.each(['=1+1', '=HYPERLINK("http://evil.example","x")', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1'])('hands a spreadsheet no formula: %j is text', (name) => {
    expect(named(name)).toBe(`'${name}`);
  });

  it.each(['1-1', 'a=b', '\'quoted', 'Zoë, the "first"', 'two\nlines', ' =1'])('keeps %j as it is', (name) => {
    expect(named(name)).toBe(name);
  });

  it('is one line of fifteen cells to any reader, whatever it says', () => {
    fc.assert(
      fc.property(anyText(), anyText(), (name, userAgent) => {
        const cells = parseLine(toCsvLine({ ...event, actor: { ...event.actor, name }, userAgent }));
        expect(cells).toHaveLength(15);
        expect(cells[7]?.replace(/^'(?=[=+\-@\t\r\n])/, '')).toBe(name);
        expect(cells[11]?.replace(/^'(?=[=+\-@\t\r\n])/, '')).toBe(userAgent);
      }),
    );
  });
});
