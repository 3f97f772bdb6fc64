// sum.mjs SUMMARY → a line a suite, and last the sum of all: `N passed, N failed`. Exit code 1 when anything failed.
import { readFileSync } from 'node:fs';

const suites = readFileSync(process.argv[2] ?? '', 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => {
    const [name = '', passed = '0', failed = '1'] = line.split('\t');
    return { name, passed: Number(passed), failed: Number(failed) };
  });

for (const { name, passed, failed } of suites) console.log(`${name}: ${passed} passed, ${failed} failed`);
const passed = suites.reduce((sum, suite) => sum + suite.passed, 0);
const failed = suites.reduce((sum, suite) => sum + suite.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
