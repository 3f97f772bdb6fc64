import { synthesize } from '../../local/synth.ts';

/** Where the assembly of this run lies: what would be deployed, bundles included. */
export const assemblyDir = '.cache/test-assembly';

/** Synthesizes once before all tests (vitest's globalSetup). */
export async function setup(): Promise<void> {
  await synthesize({ outDir: assemblyDir });
}
