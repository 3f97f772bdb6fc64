import type { Digest, Mail } from '../notice.ts';
import { describeDigest } from './describeDigest.ts';
import { htmlOf } from './html.ts';
import { textOf } from './text.ts';

const maxLinesInFull = 100;
// Gmail cuts a mail after 102 kB of HTML, and with it what stands at the end.
const maxHtmlBytes = 100_000;

/**
 * The mail that tells a recipient everything of a digest: subject (one line, at most 120 characters), HTML (under
 * 100,000 bytes) and text of the same content. Of more than 100 lines, or of fewer with very long names, the least
 * urgent are counted and the call that lists them is named. Throws a RangeError for an unknown zone or locale.
 */
export function composeMail(digest: Digest): Mail {
  let maxLines = Math.min(maxLinesInFull, digest.lines.length);
  for (;;) {
    const view = describeDigest(digest, maxLines);
    const html = htmlOf(view);
    const bytes = Buffer.byteLength(html);
    if (bytes < maxHtmlBytes || maxLines === 0) return { subject: view.subject, html, text: textOf(view) };
    maxLines = Math.max(0, Math.min(maxLines - 1, Math.floor((maxLines * maxHtmlBytes) / bytes)));
  }
}
