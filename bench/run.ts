import { fork } from 'node:child_process';
import { once } from 'node:events';
import { arch, cpus, loadavg, platform, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { installPeers } from './installPeers.ts';
import { isMissed, lineOf } from './measure/finding.ts';
import type { Finding } from './measure/finding.ts';

// npm run bench [-- name …]: every measurement, or those named; exit code 1 when a median misses what it is held to.

const measurements = {
  verification: 'Verification, store stubbed, 10,000 keys (µs of CPU: nothing is waited for)',
  betterAuth: 'Against @better-auth/api-key, same process, verify calls in turns',
  endToEnd: 'End to end on the embedded store, which has a process of its own',
  load: 'Cold start: loading the bundle, each load in a new process',
  limiter: 'Limiter against rate-limiter-flexible on the embedded store',
  fleet: 'What limits cost and let through, in simulated time',
  growth: 'Growth with the number of keys',
  counts: 'What a million verifications are made of, counted',
} as const;

const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in measurements));
if (unknown.length > 0) {
  console.error(`There is no measurement ${unknown.join(', ')}. There are: ${Object.keys(measurements).join(', ')}.`);
  process.exit(1);
}

installPeers();
const startMs = performance.now();
console.log(`${new Date().toISOString().slice(0, 10)}  Node ${process.version}  ${platform()} ${arch()}  ${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}  ${Math.round(totalmem() / 2 ** 30)} GiB`);
console.log(`Load average at the start: ${loadavg().map((one) => one.toFixed(1)).join(' ')}. Columns: median, middle half, what the median is held to.`);
const missed: Finding[] = [];
for (const [name, title] of Object.entries(measurements)) {
  if (named.length > 0 && !named.includes(name)) continue;
  console.log(`\n${title}`);
  for (const finding of await measure(name)) {
    console.log(lineOf(finding));
    if (isMissed(finding)) missed.push(finding);
  }
}
console.log(`\n${Math.round((performance.now() - startMs) / 1000)} s. ${missed.length === 0 ? 'Everything held.' : `Missed: ${missed.map(({ what }) => what).join('; ')}.`}`);
process.exitCode = missed.length === 0 ? 0 : 1;

/** Each in a process of its own, so that none runs code that another has warmed or bent. Its standard output is the authorizer's log: dropped. */
async function measure(name: string): Promise<readonly Finding[]> {
  const file = fileURLToPath(new URL(`measurements/${name}.ts`, import.meta.url));
  const child = fork(file, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: ['--max-old-space-size=4096'] });
  let findings: readonly Finding[] | undefined;
  child.on('message', (message) => {
    findings = message as readonly Finding[];
    child.disconnect();
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0 || !findings) throw new Error(`The measurement ${name} failed with exit code ${code}.`);
  return findings;
}
