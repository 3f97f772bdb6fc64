import { readOptions, usage } from './smoke/options.ts';
import { smoke } from './smoke/run.ts';
import { table } from './smoke/table.ts';

process.exitCode = await run(process.argv.slice(2));

/** Checks a deployed API from outside and prints what it found. */
async function run(args: readonly string[]): Promise<0 | 1 | 2> {
  const options = readOptions(args);
  if ('fault' in options) {
    console.error(`${options.fault}\n\n${usage}`);
    return 2;
  }
  const checks = await smoke(options);
  console.log(table(checks, [options.token, options.limitedToken ?? '']));
  return checks.some(({ outcome }) => outcome === 'wrong') ? 1 : 0;
}
