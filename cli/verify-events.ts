import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checkpointSchema } from '../shared/events/checkpoint.ts';
import type { Checkpoint } from '../shared/events/checkpoint.ts';
import { verifyExport } from '../shared/events/verifyExport.ts';

const usage = `Usage: npm run verify-events -- FILE [--checkpoints FILE] [--public-key BASE64]

FILE         an export of events as NDJSON (Accept: application/x-ndjson), whole or a part of the chain
--checkpoints  what GET …/events/checkpoints answered; what they are signed for must be in FILE as it was
--public-key   the deployment's signing key; checkpoints of another key are refused

Exits with 0 where every link holds, with 1 and the first broken link where not, with 2 on wrong usage.`;

process.exitCode = run(process.argv.slice(2));

/** A file that cannot be read is wrong usage, and no word about the events. */
function run(args: string[]): 0 | 1 | 2 {
  try {
    return main(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 2;
  }
}

function main(args: string[]): 0 | 1 | 2 {
  const options = readOptions(args);
  if (!options) {
    console.error(usage);
    return 2;
  }
  const checkpoints = readCheckpoints(options.checkpoints);
  const foreign = checkpoints.find(({ publicKey }) => options.publicKey !== undefined && publicKey !== options.publicKey);
  if (foreign) return fail(`The checkpoint of event ${foreign.sequence} was signed with another key, ${foreign.keyId}.`);
  const verdict = verifyExport(readFileSync(options.file, 'utf8').split('\n'), checkpoints);
  if (!verdict.intact) {
    const event = verdict.sequence === null ? '' : ` (event ${verdict.sequence})`;
    return fail(`Line ${verdict.line}${event} ${verdict.reason}.`);
  }
  const { events, first, last, isComplete, signedUpTo } = verdict;
  console.log(`${events} events hold together, from ${first} to ${last}.`);
  if (!isComplete) console.log(`They do not begin with the organization's first event.`);
  console.log(signedUpTo === null ? 'No checkpoint vouches for them.' : `A signed checkpoint vouches for them up to ${signedUpTo}.`);
  if (signedUpTo !== null && options.publicKey === undefined) console.log('Whose key that is was not checked: a forger brings one along. See --public-key.');
  return 0;
}

function readOptions(args: string[]): { file: string; checkpoints: string | undefined; publicKey: string | undefined } | null {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { checkpoints: { type: 'string' }, 'public-key': { type: 'string' } },
    });
    const [file, ...rest] = positionals;
    if (!file || rest.length > 0) return null;
    return { file, checkpoints: values.checkpoints, publicKey: values['public-key'] };
  } catch {
    return null;
  }
}

function readCheckpoints(file: string | undefined): Checkpoint[] {
  if (file === undefined) return [];
  const text = readFileSync(file, 'utf8');
  try {
    const page: unknown = JSON.parse(text);
    const items = typeof page === 'object' && page !== null && 'items' in page ? page.items : page;
    return checkpointSchema.array().parse(items);
  } catch (cause) {
    throw new Error(`${file} holds no checkpoints: it is to be what GET …/events/checkpoints answered.`, { cause });
  }
}

function fail(message: string): 1 {
  console.error(message);
  return 1;
}
