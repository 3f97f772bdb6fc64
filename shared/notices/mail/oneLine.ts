// What could end a line, or a header.
const lineEnders = /[\p{Cc}\u2028\u2029]/gu;
// What turns the direction of the text after it.
const directionTurners = /[\u202A-\u202E\u2066-\u2069]/g;
// Hebrew, Arabic and their neighbours, and the marks that name a direction.
const mayTurn = /[\p{Bidi_Control}\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFF\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * A text that others chose, made safe for one line of a mail or of its subject: what would end the line becomes a
 * space, what would turn the text after it becomes `\uFFFD`, and a text that runs from right to left is isolated
 * (U+2068 … U+2069), so that what stands beside it keeps its place. All else stays as it is; HTML is not escaped.
 */
export function oneLine(text: string): string {
  return isolated(cleaned(text));
}

/** As `oneLine`, with at most `maxLength` UTF-16 units of the text, then "…"; no character is cut in two. */
export function cutLine(text: string, maxLength: number): string {
  const clean = cleaned(text);
  return isolated(clean.length <= maxLength ? clean : `${cut(clean, maxLength - 1)}…`);
}

function cleaned(text: string): string {
  return text.toWellFormed().replace(lineEnders, ' ').replace(directionTurners, '\uFFFD');
}

function isolated(text: string): string {
  return mayTurn.test(text) ? `\u2068${text}\u2069` : text;
}

function cut(text: string, maxLength: number): string {
  let kept = '';
  for (const { segment } of segmenter.segment(text)) {
    if (kept.length + segment.length > maxLength) break;
    kept += segment;
  }
  // One letter under a heap of marks can be longer than the whole: then some of the heap, whole code points of it.
  return kept === '' ? text.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, '') : kept.trimEnd();
}
