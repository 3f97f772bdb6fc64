// count.mjs NAME EXIT-CODE LOG → a line `NAME <tab> passed <tab> failed`, from what the suite printed last.
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

const [name = '', exitCode = '1', log = ''] = process.argv.slice(2);
const lines = stripVTControlCharacters(readFileSync(log, 'utf8')).split('\n');

const { passed, failed } = closingLine() ?? vitestSummary() ?? { passed: 0, failed: 0 };
// A suite that failed without saying which test, or that ran none, has failed once.
const silentFailure = failed === 0 && (Number(exitCode) !== 0 || passed === 0) ? 1 : 0;
console.log([name, passed, failed + silentFailure].join('\t'));

/** `12 passed, 0 failed`, alone on a line. */
function closingLine() {
  const found = lines.map((line) => /^(\d+) passed, (\d+) failed$/.exec(line.trim())).findLast(Boolean);
  return found && { passed: Number(found[1]), failed: Number(found[2]) };
}

/** `Tests  1 failed | 12 passed (13)`; a file that could not be loaded and an unhandled error count as failed. */
function vitestSummary() {
  const tests = lines.findLast((line) => /^\s*Tests\s+.*\(\d+\)\s*$/.test(line));
  if (!tests) return null;
  const files = lines.findLast((line) => /^\s*Test Files\s+.*\(\d+\)\s*$/.test(line)) ?? '';
  const errors = lines.findLast((line) => /^\s*Errors\s+\d+ error/.test(line)) ?? '';
  const failedTests = numberBefore('failed', tests);
  const failed = Math.max(failedTests, numberBefore('failed', files)) + numberBefore('error', errors);
  return { passed: numberBefore('passed', tests), failed };
}

function numberBefore(word, line) {
  return Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
}
