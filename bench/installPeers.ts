import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const stamp = `${folder}node_modules/.installed-lock`;

/** Installs what is compared with, exactly as locked, on first use and after the lock has changed. Throws when npm fails. */
export function installPeers(): void {
  const lock = readFileSync(`${folder}package-lock.json`, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('Installing what is compared with (npm ci in bench/) …');
  // No install script of theirs is run; none of them needs one.
  const { status, error } = spawnSync('npm', ['ci', '--ignore-scripts'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
  if (status !== 0) throw new Error('npm ci in bench/ failed: the packages to compare with are missing.', { cause: error });
  writeFileSync(stamp, lock);
}
