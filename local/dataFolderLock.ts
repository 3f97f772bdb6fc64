import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { removeFile } from './privateFile.ts';

/** Another platform works on the same data folder. */
export class DataFolderInUse extends Error {}

/**
 * Takes the data folder for this process; the answer gives it back. Throws DataFolderInUse while another platform
 * that lives holds it. What a killed one left behind is taken over.
 */
export function lockDataFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, 'lock');
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 });
      return () => removeFile(file);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const pid = Number(readLock(file));
    if (pid !== process.pid && isPlatform(pid))
      throw new DataFolderInUse(`Gatewarden already runs on ${folder} (process ${pid}). Stop it first, or start this one in another checkout.`);
    removeFile(file);
  }
  throw new DataFolderInUse(`${file} could not be taken.`);
}

function readLock(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Whether a process lives and is one of ours: the number of a dead one may since belong to any program. */
function isPlatform(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const command = commandOf(pid);
  return command === undefined || /\b(?:start\.mjs|main\.ts|vitest)\b/u.test(command);
}

/** The command line of a process; undefined where this system does not tell. */
function commandOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    // No /proc, as on macOS.
  }
  try {
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}
