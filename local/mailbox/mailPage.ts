import type { MailMessage } from '../ses/message.ts';
import { decodeEncodedWords } from './encodedWords.ts';
import { escapeHtml } from './escapeHtml.ts';
import { subjectText } from './listPage.ts';
import { page, timeElement } from './page.ts';

const views = { html: 'HTML', text: 'Text', headers: 'Headers' } as const;
type View = keyof typeof views;

/** One mail. A view that the mail does not have shows its first one. */
export function mailPage(message: MailMessage, asked: string | null, revision: string): string {
  const offered = (Object.keys(views) as View[]).filter((view) => view === 'headers' || message[view] !== null);
  const shown = offered.find((view) => view === asked) ?? offered[0] ?? 'headers';
  const subject = subjectText(message.subject);
  const header = `<nav aria-label="Mailbox"><a class="back" href="/">All mails</a></nav>
<h1>${escapeHtml(subject)}</h1>
<dl class="envelope">
<div><dt>From</dt><dd>${escapeHtml(decodeEncodedWords(message.from))}</dd></div>
<div><dt>To</dt><dd>${escapeHtml(message.to.map(decodeEncodedWords).join(', '))}</dd></div>
<div><dt>At</dt><dd>${timeElement(message.at)}</dd></div>
</dl>
<nav class="views" aria-label="View">
${offered.map((view) => viewLink(message, view, view === shown)).join('\n')}
</nav>`;
  return page({ title: subject, header, main: content(message, shown), revision });
}

function viewLink({ id }: MailMessage, view: View, isShown: boolean): string {
  return `<a href="/messages/${encodeURIComponent(id)}?view=${view}"${isShown ? ' aria-current="page"' : ''}>${views[view]}</a>`;
}

function content({ id, text, headers }: MailMessage, view: View): string {
  if (view === 'headers') return `<table class="headers"><caption class="visually-hidden">Headers of the mail</caption><thead><tr><th scope="col">Header</th><th scope="col">Value</th></tr></thead><tbody>${headerRows(headers)}</tbody></table>`;
  if (view === 'text') return `<pre class="text">${escapeHtml(text ?? '')}</pre>`;
  // Neither scripts nor this page's origin; a link opens a tab of its own.
  return `<iframe title="The mail as HTML" src="/messages/${encodeURIComponent(id)}/html" sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer"></iframe>`;
}

function headerRows(headers: MailMessage['headers']): string {
  return Object.entries(headers)
    .map(([name, value]) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`)
    .join('');
}
