import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

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
  const root = mkdtempSync(path.join(tmpdir(), 'gatewarden-functions-'));
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
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
