import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Database } from './database.ts';
import { Journal } from './journal.ts';
import { createDynamoServer } from './server.ts';
import type { StreamLog } from './streamLog.ts';
import { sweepTimeToLive } from './sweepTimeToLive.ts';

export interface DynamoOptions {
  /** Where the data is kept; it survives the death of the process. @default - in memory, gone with `close()` */
  dataDir?: string;
  /** @default - a free one */
  port?: number;
  /** Epoch milliseconds. @default Date.now */
  now?: () => number;
  /** In ARNs and stream records. @default us-east-1 */
  region?: string;
  /** In ARNs. @default 000000000000 */
  accountId?: string;
}

/** A DynamoDB in this process: DynamoDB's and DynamoDB Streams' JSON protocol on one loopback address. */
export interface EmbeddedDynamo {
  /** `http://127.0.0.1:<port>`, for the clients of both services. Any region and credentials will do. */
  readonly endpoint: string;
  /** The tables' streams for readers in this process. */
  readonly streams: StreamLog;
  /** Deletes what TTL says is due at `now()`, and says how many; also runs by itself every few seconds. */
  sweepTtl(): Promise<number>;
  /** Ends open connections, writes out what the system still holds back, and stops. */
  close(): Promise<void>;
}

const SWEEP_EVERY_MS = 5_000;

/** Starts an embedded DynamoDB on 127.0.0.1. Fails when the port is taken or the data is damaged. */
export async function startDynamo(options: DynamoOptions = {}): Promise<EmbeddedDynamo> {
  const { now = Date.now, region = 'us-east-1', accountId = '000000000000' } = options;
  const database = new Database({ now, region, accountId, journal: openJournal(options.dataDir) });
  const server = createDynamoServer(database);
  const sweeping = setInterval(() => tidy(database), SWEEP_EVERY_MS);
  sweeping.unref();
  const close = async (): Promise<void> => {
    clearInterval(sweeping);
    await stop(server);
    database.close();
  };
  try {
    await listen(server, options.port ?? 0);
  } catch (error) {
    await close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const sweepTtl = (): Promise<number> => Promise.resolve(sweepTimeToLive(database));
  return { endpoint: `http://127.0.0.1:${port}`, streams: database.streams, sweepTtl, close };
}

// A sweep that cannot be written down (a full disk, say) is tried again at the next turn.
function tidy(database: Database): void {
  try {
    sweepTimeToLive(database);
    database.forgetOldRecords();
  } catch (error) {
    console.error('The embedded DynamoDB could not delete what is due:', error);
  }
}

function openJournal(dataDir: string | undefined): Journal | undefined {
  if (dataDir === undefined) return undefined;
  mkdirSync(dataDir, { recursive: true });
  return new Journal(join(dataDir, 'dynamodb.jsonl'));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function stop(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
