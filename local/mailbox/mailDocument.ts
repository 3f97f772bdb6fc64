/** What a mail's HTML may do in the browser: show itself and its inline images. It loads and runs nothing. */
export const mailDocumentPolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  'font-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ');

/** The mail's HTML with its links sent to a tab of their own: within the frame no page would let itself be shown. */
export function mailDocument(html: string): string {
  const base = '<base target="_blank">';
  const head = /<head(?:\s[^>]*)?>/iu.exec(html);
  if (head) return `${html.slice(0, head.index + head[0].length)}${base}${html.slice(head.index + head[0].length)}`;
  const doctype = /^\s*<!doctype[^>]*>/iu.exec(html)?.[0] ?? '<!doctype html>';
  return `${doctype}${base}${html.startsWith(doctype) ? html.slice(doctype.length) : html}`;
}
