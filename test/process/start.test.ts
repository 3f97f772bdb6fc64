import { execFile, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const script = path.resolve('local/start.mjs');
const folder = mkdtempSync(path.join(tmpdir(), 'npm-start-'));
const localFile = path.join(folder, 'local.json');
const children: ChildProcess[] = [];
let port: number;

beforeAll(async () => {
  port = await freePortRow();
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  output(): string;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

function start(...args: string[]): Run {
  const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, GATEWARDEN_DATA_DIR: folder }, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { child, output: () => output, ended: new Promise((resolve) => child.once('close', resolve)) };
}

async function ready(run: Run): Promise<Record<string, string>> {
  for (;;) {
    if (existsSync(localFile)) return JSON.parse(readFileSync(localFile, 'utf8')) as Record<string, string>;
    if (run.child.exitCode !== null) throw new Error(run.output());
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Seven free ports in a row, below those that systems give to connections going out: one of them may take any of those. */
async function freePortRow(): Promise<number> {
  for (;;) {
    const first = 10_000 + 10 * Math.floor(Math.random() * 2_000);
    const row = await Promise.all(Array.from({ length: 7 }, (_, offset) => isFree(first + offset)));
    if (row.every(Boolean)) return first;
  }
}

function isFree(candidate: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(candidate, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Whether a process, or of a negative number a process of its group, lives. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** What a shell prints for the commands. */
function shell(commands: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', commands], (error, stdout, stderr) => (error ? reject(new Error(stderr, { cause: error })) : resolve(stdout)));
  });
}

// What is printed is for people with curl; a machine without it can start the system all the same.
const hasCurl = spawnSync('curl', ['--version']).status === 0;

describe('npm start', () => {
  it.skipIf(!hasCurl)('runs the whole system; the three commands that it prints work as they stand', async () => {
    const run = start('--port', String(port));
    const local = await ready(run);
    expect(Object.keys(local)).toEqual(['pid', 'managementUrl', 'exampleUrl', 'mailboxUrl', 'controlUrl', 'rootToken', 'organizationId']);
    expect(local).toMatchObject({ pid: run.child.pid, managementUrl: `http://127.0.0.1:${port}`, exampleUrl: `http://127.0.0.1:${port + 1}`, mailboxUrl: `http://127.0.0.1:${port + 3}`, controlUrl: `http://127.0.0.1:${port + 4}` });
    expect(statSync(localFile).mode & 0o777).toBe(0o600);
    await expect.poll(() => run.output()).toContain('Ctrl-C stops it');

    const [issue, call, revoke, ...more] = run.output().split('\n').filter((line) => /^ +(?:KEY=\$\()?curl /u.test(line));
    expect(more).toEqual([]);
    const printed = await shell([issue, call, revoke, call].join('; echo; echo ----;'));
    const [issued = '', first, revoked, second] = printed.split('----\n');
    expect(JSON.parse(issued)).toMatchObject({ key: { status: 'active', product: 'orders' }, token: expect.stringMatching(/^gw_live_/u) });
    expect(first).toContain('HTTP/1.1 200 OK');
    expect(revoked).toContain('"status":"revoked"');
    expect(revoked).toContain((JSON.parse(issued) as { key: { id: string } }).key.id);
    expect(second).toContain('HTTP/1.1 401 Unauthorized');

    const [, organization = '', order = ''] = /There is a second organization, (org_\w+)\. Its order (\S+) is a 404/u.exec(run.output()) ?? [];
    const asRoot = { headers: { 'X-API-Key': local['rootToken'] ?? '', 'Content-Type': 'application/json' } };
    expect((await fetch(`${local['managementUrl']}/v1/organizations/${organization}`, asRoot)).status).toBe(200);
    const body = JSON.stringify({ name: 'Reader', product: 'orders', environment: 'live', scopes: ['orders:read'] });
    const keys = `${local['managementUrl']}/v1/organizations/${local['organizationId']}/keys`;
    const { token } = (await (await fetch(keys, { ...asRoot, method: 'POST', body })).json()) as { token: string };
    for (const id of [order, 'never-placed']) {
      expect((await fetch(`${local['exampleUrl']}/orders/${id}`, { headers: { 'X-API-Key': token } })).status).toBe(404);
    }

    const again = start('--port', String(port + 100));
    expect(await again.ended).toBe(1);
    expect(again.output()).toContain(`already runs on ${folder} (process ${run.child.pid})`);

    run.child.kill('SIGINT');
    expect(await run.ended).toBe(0);
    expect([existsSync(localFile), existsSync(path.join(folder, 'lock'))]).toEqual([false, false]);
    expect(await isFree(port)).toBe(true);
  });

  it('keeps its data over a restart and after a kill, until --fresh', async () => {
    const first = start('--port', String(port));
    const { rootToken } = await ready(first);
    first.child.kill('SIGKILL');
    await first.ended;
    expect(existsSync(localFile)).toBe(true);
    rmSync(localFile);

    const second = start('--port', String(port));
    const local = await ready(second);
    expect(local['rootToken']).toBe(rootToken);
    const whoami = await fetch(`${local['managementUrl']}/v1/whoami`, { headers: { 'X-API-Key': String(rootToken) } });
    expect(whoami.status).toBe(200);
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);

    const third = start('--port', String(port), '--fresh');
    expect((await ready(third))['rootToken']).not.toBe(rootToken);
    third.child.kill('SIGTERM');
    expect(await third.ended).toBe(0);
  });

  it('ended by Ctrl-C in a terminal, which reaches npm and all below it, leaves nothing running', async () => {
    const child = spawn('npm', ['start', '--', '--port', String(port)], { env: { ...process.env, GATEWARDEN_DATA_DIR: folder }, stdio: 'ignore', detached: true });
    const ended = new Promise((resolve) => child.once('close', resolve));
    await expect.poll(() => existsSync(localFile), { timeout: 180_000, interval: 100 }).toBe(true);
    const group = -Number(child.pid);
    process.kill(group, 'SIGINT');
    await ended;
    await expect.poll(() => isAlive(group)).toBe(false);
    expect([existsSync(localFile), await isFree(port), await isFree(port + 5)]).toEqual([false, true, true]);
  });

  it('says that a port is taken, and how to choose another', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const taken = (blocker.address() as AddressInfo).port;
    const run = start('--port', String(taken));
    expect(await run.ended).toBe(1);
    blocker.close();
    expect(run.output()).toMatch(new RegExp(`Port ${taken} on 127\\.0\\.0\\.1 is taken.*--port \\d+`, 'u'));
    expect(existsSync(path.join(folder, 'lock'))).toBe(false);
  });

  it('an unknown option prints the usage', async () => {
    const run = start('--verbose');
    expect(await run.ended).toBe(2);
    expect(run.output()).toContain("Unknown option '--verbose'");
    expect(run.output()).toContain('Usage: npm start -- [--port N] [--fresh]');
  });

  it('Ctrl-C during the start ends it, and nothing stays behind', async () => {
    const run = start('--port', String(port), '--fresh');
    await expect.poll(() => run.output()).toContain('Synthesizing');
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(0);
    expect(run.output()).toContain('Stopped.');
    expect([existsSync(localFile), existsSync(path.join(folder, 'lock')), await isFree(port)]).toEqual([false, false, true]);
  });
});
