import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataFolder } from '../../../local/dataFolderLock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process that lives for a while under a name of its own. */
async function live(name: string): Promise<{ pid: number; kill: () => void }> {
  const script = path.join(folder, name);
  writeFileSync(script, 'process.stdout.write("up"); setTimeout(() => {}, 20_000);');
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  rmSync(script);
  return { pid: child.pid ?? 0, kill: () => child.kill('SIGKILL') };
}

describe('the lock on the data folder', () => {
  it('refuses a second platform while the first lives, and names its process', async () => {
    const first = await live('start.mjs');
    try {
      writeFileSync(path.join(folder, 'lock'), String(first.pid));
      expect(() => lockDataFolder(folder)).toThrow(`process ${first.pid}`);
    } finally {
      first.kill();
    }
  });

  it.each([
    ['of a process that has ended', '2147483646'],
    ['that is empty', ''],
    ['that holds no number', 'hello'],
    ['of the very first process, which is no platform', '1'],
  ])('takes over a lock %s', (_name, content) => {
    writeFileSync(path.join(folder, 'lock'), content);
    lockDataFolder(folder)();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('takes over the number of a dead platform that another program has got since', async () => {
    const other = await live('editor.cjs');
    try {
      writeFileSync(path.join(folder, 'lock'), String(other.pid));
      expect(() => lockDataFolder(folder)).not.toThrow();
    } finally {
      other.kill();
    }
  });
});
