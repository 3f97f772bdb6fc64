import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const prefix = 'gatewarden-functions-';

/** Where the bundles run from. */
export interface TaskFolders {
  /** A folder with a copy of the bundle in `source`. */
  unpack(name: string, source: string): string;
  /** A folder whose only file is the code that a template holds itself. */
  inline(name: string, code: string): string;
  remove(): void;
}

/**
 * Bundles run from a temporary folder of their own, outside of any project: there, as in `/var/task`, a package that
 * was not bundled is not found by accident, and no package.json decides what a `.js` file is.
 */
export function createTaskFolders(): TaskFolders {
  removeLeftOvers();
  const root = mkdtempSync(path.join(tmpdir(), `${prefix}${process.pid}-`));
  const remove = (): void => {
    process.off('exit', remove);
    rmSync(root, { recursive: true, force: true });
  };
  process.on('exit', remove);
  const folder = (name: string): string => path.join(root, name.replaceAll(/[^\w.-]/gu, '_'));
  return {
    unpack(name, source) {
      if (!statSync(source).isDirectory()) throw new Error(`The bundle ${source} is no folder. The local platform plays bundles that are folders in the assembly.`);
      cpSync(source, folder(name), { recursive: true });
      return folder(name);
    },
    inline(name, code) {
      mkdirSync(folder(name), { recursive: true });
      writeFileSync(path.join(folder(name), 'index.js'), code);
      return folder(name);
    },
    remove,
  };
}

/** Folders of platforms that were killed before they could remove them. */
function removeLeftOvers(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${prefix}(\\d+)-`, 'u').exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(path.join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
