import type { Check } from './check.ts';

const maxWidth = 60;

/** The checks as a table, with what remains to be said below. No token stands in it. */
export function table(checks: readonly Check[], tokens: readonly string[]): string {
  const rows = checks.map(({ name, expected, found, outcome, isOpenQuestion }) =>
    [`${name}${isOpenQuestion ? ' *' : ''}`, expected, found, outcome].map((cell) => clean(cell, tokens)),
  );
  const all = [['check', 'expected', 'found', ''], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
  return [...lines, '', summary(checks)].join('\n');
}

function summary(checks: readonly Check[]): string {
  const count = (outcome: Check['outcome']): number => checks.filter((check) => check.outcome === outcome).length;
  const sum = `${count('ok')} as expected, ${count('wrong')} not, ${count('not checked')} not checked.`;
  return checks.some(({ isOpenQuestion }) => isOpenQuestion) ? `${sum}\n* AWS's documentation does not say: what was found here is worth knowing.` : sum;
}

/** What a server answers is its own choice: no control characters, no endless lines, and no token. */
function clean(text: string, tokens: readonly string[]): string {
  const masked = tokens.filter((token) => token !== '').reduce((rest, token) => rest.replaceAll(token, '(token)'), text);
  const plain = masked.replaceAll(/\p{C}/gu, '?');
  return plain.length > maxWidth ? `${plain.slice(0, maxWidth - 1)}…` : plain;
}
