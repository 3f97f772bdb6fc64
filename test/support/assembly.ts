import type { TestProject } from 'vitest/node';
import { synthesizeIfChanged } from '../../local/synth.ts';
import { forgetSeen, unseenProblems } from './seenProblems.ts';

/** Where the assembly of this run lies: what would be deployed, bundles included. */
export const assemblyDir = '.cache/test-assembly';

/**
 * Synthesizes once before all tests, where the sources have changed (vitest's globalSetup). After a run of the whole suite, fails it where a problem
 * that the route table declares was not brought about by any test.
 */
export async function setup({ config }: TestProject): Promise<() => void> {
  forgetSeen();
  await synthesizeIfChanged({ outDir: assemblyDir });
  return () => {
    const unseen = config.testNamePattern ? null : unseenProblems();
    if (unseen === null || unseen.length === 0) return;
    process.exitCode = 1;
    throw new Error(`No test brings about: ${unseen.join(', ')}.`);
  };
}
