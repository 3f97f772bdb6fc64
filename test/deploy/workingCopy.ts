import { cp, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import rawConfig from '../../gatewarden.config.ts';

const root = join(import.meta.dirname, '..', '..');

/** What is no part of the project, or only left behind by its tools. */
const leftOut = new Set(['node_modules', '.git', '.cache', '.gatewarden', 'cdk.out', 'coverage']);

/** What an operator does before the first deployment: a copy of the project, with a configuration of their own. */
export async function workingCopy(dir: string, overrides: Partial<typeof rawConfig> | { readonly signIn: object }): Promise<string> {
  const copy = join(dir, 'project');
  for (const name of await readdir(root)) {
    if (!leftOut.has(name)) await cp(join(root, name), join(copy, name), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir');
  await writeFile(join(copy, 'gatewarden.config.ts'), `export default ${JSON.stringify({ ...rawConfig, ...overrides }, null, 2)};\n`);
  return copy;
}
