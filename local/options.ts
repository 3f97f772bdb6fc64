import { parseArgs } from 'node:util';
import { fixedPortCount } from './ports.ts';

export interface StartOptions {
  readonly firstPort: number;
  readonly isFresh: boolean;
}

/** Arguments that cannot be understood; the message says why, the usage follows it. */
export class UsageError extends Error {}

export const usage = `Usage: npm start -- [--port N] [--fresh]

  --port N   first port (default 4700); the others follow it
  --fresh    forget the data of earlier runs
  --help     show this

GATEWARDEN_DATA_DIR names the folder for data; it is .gatewarden where it is not set.`;

const defaultPort = 4700;
const largestPort = 65_535 - fixedPortCount;

/** 'help' when it was asked for; throws a UsageError. */
export function parseOptions(args: readonly string[]): StartOptions | 'help' {
  let values: { port?: string; fresh?: boolean; help?: boolean };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: { port: { type: 'string' }, fresh: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  if (values.help === true) return 'help';
  const firstPort = values.port === undefined ? defaultPort : Number(values.port);
  if (!/^\d+$/u.test(values.port ?? '0') || firstPort < 1 || firstPort > largestPort)
    throw new UsageError(`--port must be a whole number from 1 to ${largestPort}, got ${values.port}.`);
  return { firstPort, isFresh: values.fresh === true };
}
