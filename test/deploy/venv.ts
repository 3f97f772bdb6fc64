import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './children.ts';

export interface Venv {
  /** The interpreter of the virtual environment. */
  readonly python: string;
}

/**
 * A virtual environment with exactly what the requirements file pins, made once and kept until the file changes.
 * Throws, with what to do, where Python is missing or too old.
 */
export async function ensureVenv(options: { dir: string; requirements: string }): Promise<Venv> {
  const { dir, requirements } = options;
  const python = join(dir, 'bin', 'python');
  const stamp = join(dir, 'installed');
  const wanted = createHash('sha256').update(await readFile(requirements)).digest('hex');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return { python };

  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  await python3('-m', 'venv', dir);
  await execute(python, ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--requirement', requirements]);
  await writeFile(stamp, wanted);
  return { python };
}

async function python3(...args: string[]): Promise<void> {
  await execute('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))'], 'Python 3.11 or later is needed, as python3.');
  await execute('python3', ['-c', 'import ensurepip, venv'], "Python's venv is missing. On Debian: apt-get install python3-venv");
  await execute('python3', args);
}

/** With the caller's environment: it may say how the package index is reached. */
async function execute(program: string, args: readonly string[], otherwise?: string): Promise<void> {
  const { code, output } = await run({ program, args, cwd: process.cwd(), env: process.env }).catch((cause: unknown) => {
    throw new Error(otherwise ?? `${program} could not be started.`, { cause });
  });
  if (code !== 0) throw new Error(otherwise ?? `${program} ${args.join(' ')} failed:\n${output}`);
}
