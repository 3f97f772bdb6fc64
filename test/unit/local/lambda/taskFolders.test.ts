import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTaskFolders } from '../../../../local/lambda/taskFolders.ts';

describe('the folders that bundles run from', () => {
  it('hold a copy outside of the project, and go when the platform stops', () => {
    const source = mkdtempSync(path.join(tmpdir(), 'bundle-'));
    writeFileSync(path.join(source, 'index.mjs'), 'export {}');
    const folders = createTaskFolders();
    const folder = folders.unpack('a/../b', source);
    expect(readFileSync(path.join(folder, 'index.mjs'), 'utf8')).toBe('export {}');
    expect(folder.startsWith(path.join(tmpdir(), `gatewarden-functions-${process.pid}-`))).toBe(true);
    folders.remove();
    expect([existsSync(folder), existsSync(source)]).toEqual([false, true]);
    rmSync(source, { recursive: true });
  });

  it('of a platform that was killed are removed by the next one; those of one that lives are not', () => {
    const left = path.join(tmpdir(), 'gatewarden-functions-2147483646-x');
    const kept = path.join(tmpdir(), `gatewarden-functions-${process.pid}-kept`);
    for (const folder of [left, kept]) mkdirSync(folder);
    createTaskFolders().remove();
    expect([existsSync(left), existsSync(kept)]).toEqual([false, true]);
    rmSync(kept, { recursive: true });
  });

  it('are not made from a bundle that is no folder', () => {
    const folders = createTaskFolders();
    expect(() => folders.unpack('x', import.meta.filename)).toThrow('is no folder');
    folders.remove();
  });
});
