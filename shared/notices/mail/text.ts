import type { LineView } from './describeLine.ts';
import type { DigestView, SectionView } from './describeDigest.ts';

/** Characters; a name, a call or an address that is longer stays on a line of its own, unbroken. */
const width = 78;
const labelWidth = 14;

/** The text part: lines of at most 78 characters where nothing has to stay in one piece, "\n" between them. */
export function textOf(view: DigestView): string {
  const blocks = [
    ...wrap(view.subject, ''),
    '',
    ...wrap(`Organization: ${view.organizationName} (${view.organizationId})`, ''),
    ...view.sections.flatMap(section),
    '',
    '-'.repeat(width),
    ...view.footer.flatMap((paragraph) => [...wrap(paragraph, ''), '']),
  ];
  return `${blocks.join('\n').trimEnd()}\n`;
}

function section({ title, lines, explanation, more }: SectionView): string[] {
  return [
    '',
    '',
    title.toUpperCase(),
    '='.repeat(title.length),
    ...lines.flatMap(line),
    '',
    ...wrap(explanation, ''),
    ...(more ? ['', more.says, `  ${more.call}`] : []),
  ];
}

function line({ name, keyId, maskedToken, news, effect, about, steps, page }: LineView): string[] {
  // Quoted: a name that starts with ">" or "--" would else be taken for a quotation or a signature.
  return [
    '',
    `* "${name}"`,
    ...[{ label: 'Key', value: keyId }, { label: 'Token', value: maskedToken }, ...news].map(fact),
    ...wrap(effect, '  '),
    ...about.map(fact),
    ...steps.flatMap(({ does, call }) => [`  ${does}:`, `    ${call}`]),
    ...(page === null ? [] : ['  Its page:', `    ${page}`]),
  ];
}

function fact({ label, value }: LineView['news'][number]): string {
  return `  ${`${label}:`.padEnd(labelWidth)}${value}`;
}

function wrap(text: string, indent: string): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && indent.length + longer.length > width) {
      lines.push(indent + current);
      current = word;
    } else current = longer;
  }
  return [...lines, indent + current];
}
