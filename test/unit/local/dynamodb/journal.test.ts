import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Journal } from '../../../../local/dynamodb/journal.ts';

const folder = mkdtempSync(join(tmpdir(), 'journal-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function newFile(): string {
  files += 1;
  return join(folder, `${files}.jsonl`);
}

function written(path: string, entries: unknown[]): void {
  const journal = new Journal(path);
  for (const entry of entries) journal.append(entry);
  journal.close();
}

function read(path: string): unknown[] {
  const journal = new Journal(path);
  const entries = [...journal.entries()];
  journal.close();
  return entries;
}

describe('Journal', () => {
  it('gives back what was appended, in order', () => {
    const path = newFile();
    written(path, [{ a: 1 }, { b: 'zwei\n—' }]);
    written(path, [{ c: [3] }]);
    expect(read(path)).toEqual([{ a: 1 }, { b: 'zwei\n—' }, { c: [3] }]);
  });

  it('drops the last line wherever a crash cut it off, and goes on behind what is whole', () => {
    const path = newFile();
    written(path, [{ first: 1 }, { second: 2 }]);
    const whole = readFileSync(path);
    const firstEnd = whole.indexOf(10) + 1;
    for (let length = firstEnd; length < whole.length; length += 1) {
      writeFileSync(path, whole);
      truncateSync(path, length);
      const journal = new Journal(path);
      expect([...journal.entries()]).toEqual([{ first: 1 }]);
      journal.append({ third: 3 });
      journal.close();
      expect(read(path)).toEqual([{ first: 1 }, { third: 3 }]);
    }
  });

  it('refuses a file that is damaged before its end, and leaves it as it is', () => {
    const path = newFile();
    written(path, [{ amount: 100 }, { amount: 200 }, { amount: 300 }]);
    const damaged = readFileSync(path, 'utf8').replace('200', '999');
    writeFileSync(path, damaged);
    expect(() => read(path)).toThrow(/damaged at byte 24/);
    expect(readFileSync(path, 'utf8')).toBe(damaged);
  });

  it('is replaced whole by a rewrite, and ignores one that a crash left unfinished', () => {
    const path = newFile();
    written(path, [{ old: 1 }, { old: 2 }]);
    appendFileSync(`${path}.next`, 'unfinished');
    expect(read(path)).toEqual([{ old: 1 }, { old: 2 }]);
    const journal = new Journal(path);
    journal.rewrite([{ new: 3 }]);
    journal.append({ new: 4 });
    journal.close();
    expect(read(path)).toEqual([{ new: 3 }, { new: 4 }]);
    expect(statSync(path).size).toBe(38);
  });
});
