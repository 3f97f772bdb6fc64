/**
 * Runs the store's conformance suite against Amazon's DynamoDB Local: `node test/store/dynamodb-local.ts`. Needs Maven
 * and Java 17; the first run fetches DynamoDB Local into `.cache/`. Its licence asks for an AWS account, so it is a
 * yardstick for those who have one, and no dependency. Ends with vitest's exit code.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const VERSION = '2.6.1';
const COPY_DEPENDENCIES = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const START_WITHIN_MS = 60_000;

const root = join(import.meta.dirname, '..', '..');
const cache = join(root, '.cache', 'dynamodb-local');

process.exitCode = await main();

async function main(): Promise<number> {
  const libraries = await fetchLibraries();
  const server = startServer(libraries);
  const stop = (): void => void server.kill('SIGTERM');
  process.once('exit', stop);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  try {
    const port = await portOf(server);
    console.log(`DynamoDB Local ${VERSION} answers on 127.0.0.1:${port}.`);
    return await run('npm', ['run', 'test:store'], { DYNAMODB_ENDPOINT: `http://127.0.0.1:${port}` });
  } finally {
    stop();
  }
}

/** The folder of DynamoDB Local's jars and native libraries, fetched whole or not at all. */
async function fetchLibraries(): Promise<string> {
  const libraries = join(cache, VERSION);
  if (existsSync(libraries)) return libraries;
  const fetched = join(cache, 'fetched');
  rmSync(fetched, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'pom.xml'), pom());
  const goal = ['-B', '-q', '-f', join(cache, 'pom.xml'), COPY_DEPENDENCIES, `-DoutputDirectory=${fetched}`];
  const code = await run('mvn', goal, {});
  if (code !== 0) throw new Error(`mvn ended with ${code}; DynamoDB Local could not be fetched.`);
  renameSync(fetched, libraries);
  return libraries;
}

function pom(): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>gatewarden</groupId>
  <artifactId>dynamodb-local</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>com.amazonaws</groupId>
      <artifactId>DynamoDBLocal</artifactId>
      <version>${VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;
}

function startServer(libraries: string): ChildProcess {
  const launcher = join(import.meta.dirname, 'DynamoDBLocalOnLoopback.java');
  const flags = [`-Dsqlite4java.library.path=${libraries}`, '-cp', join(libraries, '*'), launcher];
  const env = { ...process.env, DDB_LOCAL_TELEMETRY: '0' };
  return spawn('java', flags, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
}

async function portOf(server: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const timer = setTimeout(() => reject(new Error('DynamoDB Local did not start in time.')), START_WITHIN_MS);
  server.once('error', reject);
  server.once('exit', (code) => reject(new Error(`DynamoDB Local ended with ${code} at its start.`)));
  if (server.stdout !== null) {
    createInterface(server.stdout).on('line', (line) => {
      const port = /^listening on (\d+)$/.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  }
  return promise.finally(() => clearTimeout(timer));
}

async function run(command: string, args: string[], env: Record<string, string>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit' });
  child.once('error', reject);
  child.once('exit', (code) => resolve(code ?? 1));
  return promise;
}
