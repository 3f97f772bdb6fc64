import { spawnSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exactly, report } from '../measure/finding.ts';
import { ratiosOf, spreadOf } from '../measure/statistics.ts';
import { bundle, environment } from '../subject/bundle.ts';

// What loading the authorizer's deployed bundle adds to a bare Node, against what the SDK's DynamoDB client alone adds:
// each load in a process of its own, in turns.

const rounds = 40;
const loader = fileURLToPath(new URL('../subject/loadOnce.mjs', import.meta.url));
const [deployed, sdk] = [await bundle('deployed'), await bundle('sdk')];
const empty = `${dirname(deployed)}/empty.mjs`;
writeFileSync(empty, 'export {};\n');
const names = ['empty', 'deployed', 'sdk'] as const;
const files = { empty, deployed, sdk };
const wallMs: Record<(typeof names)[number], number[]> = { empty: [], deployed: [], sdk: [] };
const cpuMs: typeof wallMs = { empty: [], deployed: [], sdk: [] };

for (let round = -3; round < rounds; round += 1) {
  for (const name of round % 2 === 0 ? names : names.toReversed()) {
    const startMs = performance.now();
    const { status, stdout, stderr } = spawnSync(process.execPath, [loader, files[name]], { env: { ...process.env, ...environment } });
    const tookMs = performance.now() - startMs;
    if (status !== 0) throw new Error(`${name} could not be loaded: ${String(stderr)}`);
    if (round < 0) continue;
    wallMs[name].push(tookMs);
    cpuMs[name].push(Number(stdout) / 1000);
  }
}

const over = (timesMs: typeof wallMs, name: 'deployed' | 'sdk') => timesMs[name].map((ms, round) => ms - (timesMs.empty[round] ?? 0));
const kilobytes = (file: string) => exactly(Math.round(statSync(file).size / 1000));
report([
  { what: "the authorizer's deployed bundle", value: kilobytes(deployed), unit: 'kB' },
  { what: "the SDK's DynamoDB client, bundled alike", value: kilobytes(sdk), unit: 'kB' },
  { what: 'bare Node, start to end', value: spreadOf(wallMs.empty), unit: 'ms' },
  { what: 'authorizer, load over bare Node', value: spreadOf(over(wallMs, 'deployed')), unit: 'ms' },
  { what: 'SDK client, load over bare Node', value: spreadOf(over(wallMs, 'sdk')), unit: 'ms' },
  { what: 'authorizer / SDK client, load', value: ratiosOf(over(wallMs, 'deployed'), over(wallMs, 'sdk')), unit: 'x', threshold: { atMost: 0.5 } },
  { what: 'authorizer / SDK client, CPU of the load', value: ratiosOf(over(cpuMs, 'deployed'), over(cpuMs, 'sdk')), unit: 'x' },
]);
