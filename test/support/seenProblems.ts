import { appendFileSync, globSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { threadId } from 'node:worker_threads';
import { problemsOf } from '../../shared/api/route.ts';
import type { Route } from '../../shared/api/route.ts';
import { routes } from '../../shared/api/routes.ts';

// Test files run in processes of their own, so what they saw meets in files.
const folder = '.cache/seen-problems';
const seenHere = new Set<string>();

/** Problems that no request can bring about, each with the reason. */
const unreachable = new Map([
  ['createOrganization request_in_progress', 'The chain of an organization that is being made has one writer.'],
  ['createOrganization organization_suspended', "Only the operator's principals get as far, and their organization cannot be suspended."],
  ['openapi internal_error', 'The route reads nothing and takes nothing: only a fault in the bundle itself could fail it.'],
]);

export function forgetSeen(): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

/** Records that a route answered with a problem. */
export function recordProblem(routeId: string, code: string): void {
  record(`problem ${routeId} ${code}`);
}

/** Records that a test file ran to its end. */
export function recordFile(file: string): void {
  record(`file ${path.relative(process.cwd(), file)}`);
}

/** Problems that the route table declares and no test has brought about; null when not every test file ran. */
export function unseenProblems(): string[] | null {
  const seen = new Set(readdirSync(folder).flatMap((name) => readFileSync(path.join(folder, name), 'utf8').split('\n')));
  const drivers = globSync('test/{integration,contract}/**/*.test.ts').filter((file) => readFileSync(file, 'utf8').includes('useSystem()'));
  if (drivers.some((file) => !seen.has(`file ${file}`))) return null;
  return Object.entries<Route>(routes)
    .flatMap(([id, route]) => problemsOf(route).map((code) => `${id} ${code}`))
    .filter((problem) => !unreachable.has(problem) && !seen.has(`problem ${problem}`));
}

function record(line: string): void {
  if (seenHere.has(line)) return;
  seenHere.add(line);
  mkdirSync(folder, { recursive: true });
  appendFileSync(path.join(folder, `${process.pid}-${threadId}`), `${line}\n`);
}
