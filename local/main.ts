import path from 'node:path';
import { DataFolderInUse } from './dataFolderLock.ts';
import { PortTaken } from './listen.ts';
import { parseOptions, usage, UsageError } from './options.ts';
import type { StartOptions } from './options.ts';
import { defaultFolder, run } from './run.ts';
import { SynthFailed } from './synth.ts';

// As on Lambda: no function and no log line depends on where this machine is.
process.env['TZ'] = 'UTC';

const forceAfterMs = 2_000;

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') console.log(usage);
  else await serve(options);
} catch (error) {
  console.error(explain(error));
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

/** Runs until Ctrl-C, SIGTERM or the end of the terminal; a second signal does not wait for what is still ending. */
async function serve(options: StartOptions): Promise<void> {
  const stopping = new AbortController();
  const asked = Promise.withResolvers<void>();
  const onSignal = (): void => {
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort(new Error('Stopped before it was ready.'));
    asked.resolve();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  const folder = path.resolve(process.env['GATEWARDEN_DATA_DIR'] ?? defaultFolder);
  const starting = run({ ...options, folder, signal: stopping.signal, say: (text) => console.log(text) });
  const stop = await starting.catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error;
    return undefined;
  });
  if (!stop) return void console.log('Stopped.');
  await asked.promise;
  console.log('\nStopping …');
  // Nothing of it may keep the terminal: what has not ended by then is ended with the process.
  setTimeout(() => process.exit(0), forceAfterMs).unref();
  await stop();
  console.log('Stopped.');
  process.exit(0);
}

function explain(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n\n${usage}`;
  if (error instanceof PortTaken) return `${error.message} Choose another first port: npm start -- --port ${error.port + 100}`;
  if (error instanceof DataFolderInUse || error instanceof SynthFailed) return error.message;
  return `Gatewarden did not start: ${error instanceof Error ? error.message : String(error)}`;
}
