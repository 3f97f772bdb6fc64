import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanEnvironment, start, stop } from './children.ts';
import type { Venv } from './venv.ts';

const launcher = join(import.meta.dirname, 'emulator.py');
const readyWithinMs = 60_000;

/** The region that everything is deployed to. */
export const region = 'us-east-1';
/** The account that the emulator plays. */
export const account = '000000000000';

export interface Emulator {
  readonly port: number;
  /** Where AWS is, for the SDKs and for the CDK. */
  readonly endpoint: string;
  readonly version: string;
  /** Settings with which a program takes the emulator for AWS, and its own user for the account's root. */
  readonly environment: Readonly<Record<string, string>>;
  log(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts ministack on a free port of the loopback interface. All that it writes is under `dir`. */
export async function startEmulator(options: { venv: Venv; dir: string }): Promise<Emulator> {
  const { venv, dir } = options;
  const port = await freePort();
  const logFile = join(dir, 'ministack.log');
  await mkdir(dir, { recursive: true });
  const child = start({ program: venv.python, args: ['-I', launcher], cwd: dir, env: settings(dir, port) });
  const written = createWriteStream(logFile);
  child.stdout?.pipe(written, { end: false });
  child.stderr?.pipe(written, { end: false });

  const endpoint = `http://127.0.0.1:${port}`;
  const log = () => readFile(logFile, 'utf8');
  const health = await untilReady(child, endpoint).catch(async (error: unknown) => {
    await stop(child);
    throw new Error(`ministack did not start:\n${await log()}`, { cause: error });
  });
  // Without it the functions' roles would not be put to the test, and nobody would notice.
  if (health.auth !== 'enabled') throw new Error('ministack does not enforce IAM policies.');
  return { port, endpoint, version: health.version, environment: toEnvironment(endpoint), log, stop: () => stop(child) };
}

function settings(dir: string, port: number): NodeJS.ProcessEnv {
  return cleanEnvironment(dir, {
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    MINISTACK_REGION: region,
    MINISTACK_ACCOUNT_ID: account,
    // Every call needs a signature and a policy that allows it, as on AWS.
    AUTH: 'true',
    S3_DATA_DIR: join(dir, 's3'),
    STATE_DIR: join(dir, 'state'),
  });
}

function toEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

interface Health {
  readonly auth: string;
  readonly version: string;
}

async function untilReady(child: ChildProcess, endpoint: string): Promise<Health> {
  const deadlineMs = Date.now() + readyWithinMs;
  while (Date.now() < deadlineMs) {
    if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode}.`);
    const answer = await fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
    if (answer?.ok) return (await answer.json()) as Health;
    await sleep(100);
  }
  throw new Error(`It was not ready after ${readyWithinMs / 1_000} seconds.`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}
