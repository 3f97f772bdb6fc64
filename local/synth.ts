import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The top folder of the project. */
export const projectDir = path.resolve(import.meta.dirname, '..');

/** The CDK app did not synthesize; the message holds what it printed. */
export class SynthFailed extends Error {}

/**
 * Synthesizes the CDK app (`infra/app.ts`, functions bundled) to `outDir`, whose old content goes only once the new
 * one is whole. Throws SynthFailed with what the app printed; `signal` ends it early.
 */
export async function synthesize({ outDir, signal }: { outDir: string; signal?: AbortSignal }): Promise<void> {
  const target = path.resolve(outDir);
  const draft = `${target}.${process.pid}.tmp`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  try {
    await runApp(draft, signal);
    rmSync(target, { recursive: true, force: true });
    renameSync(draft, target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function runApp(outDir: string, signal: AbortSignal | undefined): Promise<void> {
  const bin = path.join(projectDir, 'node_modules', '.bin');
  const child = spawn(process.execPath, [path.join(projectDir, 'infra', 'app.ts')], {
    cwd: projectDir,
    env: { ...process.env, CDK_OUTDIR: outDir, CDK_CONTEXT_JSON: '{}', PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal && { signal }),
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('close', resolve);
  const code = await promise;
  if (code !== 0 || !existsSync(path.join(outDir, 'manifest.json'))) throw new SynthFailed(`The CDK app did not synthesize (exit code ${code}):\n${printed.trim()}`);
}

/** Synthesizes unless `outDir` already holds what these very sources gave; true when it had to. */
export async function synthesizeIfChanged(options: { outDir: string; signal?: AbortSignal }): Promise<boolean> {
  const stamp = `${options.outDir}.sha256`;
  const current = hashOfSources();
  const isCurrent = existsSync(path.join(options.outDir, 'manifest.json')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === current;
  if (isCurrent) return false;
  rmSync(stamp, { force: true });
  await synthesize(options);
  writeFileSync(stamp, current);
  return true;
}

const sources = ['{infra,functions,shared,kit,examples,console}/**/*', 'gatewarden.config.ts', 'package.json', 'package-lock.json', 'cdk.json', 'tsconfig.json'];

/** A hash over all that the assembly is made from, file names included. */
function hashOfSources(): string {
  const hash = createHash('sha256').update(process.version);
  const files = globSync(sources, { cwd: projectDir, withFileTypes: true, exclude: ['**/node_modules', '**/cdk.out'] });
  const names = files.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  for (const name of names.sort()) hash.update(`${path.relative(projectDir, name)}\0`).update(readFileSync(name)).update('\0');
  return hash.digest('hex');
}
