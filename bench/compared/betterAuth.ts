import { hash, randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';

/** What is used of better-auth, whose packages are here only while measurements run. */
interface Auth {
  readonly $context: Promise<{ internalAdapter: { createUser(user: object): Promise<{ id: string }> } }>;
  readonly api: {
    createApiKey(request: { body: object }): Promise<{ key: string }>;
    verifyApiKey(request: { body: { key: string } }): Promise<{ valid: boolean }>;
  };
}

type Row = Record<string, string | number | null>;

export interface BetterAuthKeys {
  readonly tokens: readonly string[];
  /** Throws when the key is refused. */
  readonly verify: (token: string) => Promise<void>;
}

/**
 * `@better-auth/api-key` with `count` keys of `owners` owners: on SQLite in memory, or on a secondary storage that is a
 * Map in this process; both answer sooner than anything over a network. Its rate limit is off, its log too.
 */
export async function betterAuthKeys(options: { storage: 'database' | 'secondary-storage'; count: number; owners: number }): Promise<BetterAuthKeys> {
  const database = new DatabaseSync(':memory:');
  const storage = new Map<string, string>();
  const auth = await start(options.storage, database, storage);
  const { internalAdapter } = await auth.$context;
  const user = await internalAdapter.createUser({ email: 'bench@example.com', name: 'Bench', emailVerified: true });
  const { key: first } = await auth.api.createApiKey({ body: { name: 'Order import', userId: user.id } });
  const tokens = [first];
  // Its own record, over and over, with ids, hashes and owners of their own: making each through the API would take minutes.
  const put = options.storage === 'database' ? intoDatabase(database) : intoStorage(storage, hashed(first), options);
  database.exec('BEGIN');
  for (let index = 1; index < options.count; index += 1) {
    const token = randomBytes(48).toString('base64url');
    if (index % Math.ceil(options.count / 10_000) === 0) tokens.push(token);
    put({ id: randomBytes(16).toString('hex'), key: hashed(token), referenceId: `owner${index % options.owners}` });
  }
  database.exec('COMMIT');
  const verify = async (key: string): Promise<void> => {
    const { valid } = await auth.api.verifyApiKey({ body: { key } });
    if (!valid) throw new Error('better-auth refused a key.');
  };
  return { tokens, verify };
}

async function start(storage: string, database: DatabaseSync, map: Map<string, string>): Promise<Auth> {
  const { betterAuth } = await load('better-auth');
  const { getMigrations } = await load('better-auth/db/migration');
  const { apiKey } = await load('@better-auth/api-key');
  if (!betterAuth || !getMigrations || !apiKey) throw new Error('better-auth does not export what it did.');
  const secondaryStorage = {
    get: (key: string) => map.get(key) ?? null,
    set: (key: string, value: string) => void map.set(key, value),
    delete: (key: string) => void map.delete(key),
  };
  const options = {
    database,
    secret: randomBytes(32).toString('hex'),
    baseURL: 'http://127.0.0.1',
    logger: { disabled: true },
    telemetry: { enabled: false },
    plugins: [apiKey({ storage, rateLimit: { enabled: false } })],
    ...(storage === 'database' ? {} : { secondaryStorage }),
  };
  const { runMigrations } = (await getMigrations(options)) as { runMigrations(): Promise<void> };
  await runMigrations();
  return betterAuth(options) as Auth;
}

function load(name: string): Promise<Record<string, (options: object) => unknown>> {
  return import(name);
}

function intoDatabase(database: DatabaseSync): (own: Row) => void {
  const template = { ...database.prepare('SELECT * FROM apikey').get() } as Row;
  const columns = Object.keys(template);
  const insert = database.prepare(`INSERT INTO apikey (${columns.map((name) => `"${name}"`).join()}) VALUES (${columns.map(() => '?').join()})`);
  return (own) => void insert.run(...columns.map((name) => own[name] ?? template[name] ?? null));
}

/** The owners' lists are written whole, with all the ids that will be in them. */
function intoStorage(storage: Map<string, string>, firstHash: string, { count, owners }: { count: number; owners: number }): (own: Row) => void {
  const template = JSON.parse(storage.get(`api-key:${firstHash}`) ?? '{}') as Row;
  const lists = new Map<string, string[]>();
  let stored = 1;
  return (own) => {
    const text = JSON.stringify({ ...template, ...own });
    storage.set(`api-key:${own['key']}`, text);
    storage.set(`api-key:by-id:${own['id']}`, text);
    const owner = String(own['referenceId']);
    const list = lists.get(owner) ?? [];
    list.push(String(own['id']));
    lists.set(owner, list);
    stored += 1;
    if (stored >= count - owners) storage.set(`api-key:by-ref:${owner}`, JSON.stringify(list));
  };
}

/** As it stores them. */
function hashed(token: string): string {
  return hash('sha256', token, 'base64url');
}
