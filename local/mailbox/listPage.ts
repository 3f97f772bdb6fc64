import type { MailMessage } from '../ses/message.ts';
import { decodeEncodedWords } from './encodedWords.ts';
import { escapeHtml } from './escapeHtml.ts';
import { page, timeElement } from './page.ts';

/** All mails, the newest first. */
export function listPage(messages: readonly MailMessage[], revision: string): string {
  const count = messages.length === 1 ? '1 mail' : `${messages.length} mails`;
  const header = `<div class="bar">
<h1>Mailbox</h1>
<p id="status" role="status">${count}</p>
<form id="delete" method="post" action="/delete" data-confirm="Delete all mails?">
<button type="submit"${messages.length === 0 ? ' disabled' : ''}>Delete all</button>
</form>
</div>`;
  return page({ title: count, header, main: `<div id="mails">${messages.length === 0 ? empty : list(messages)}</div>`, revision });
}

const empty = `<div class="empty">
<p>No mail yet.</p>
<p>What the system sends arrives here. Nothing leaves this machine.</p>
</div>`;

function list(messages: readonly MailMessage[]): string {
  return `<ol class="mails" aria-label="Mails, the newest first">
${messages.toReversed().map(item).join('\n')}
</ol>`;
}

function item({ id, at, from, to, subject }: MailMessage): string {
  return `<li><a href="/messages/${encodeURIComponent(id)}">
<span class="subject">${escapeHtml(subjectText(subject))}</span>
<span class="to"><span class="visually-hidden">to </span>${escapeHtml(to.map(decodeEncodedWords).join(', '))}</span>
<span class="from"><span class="visually-hidden">from </span>${escapeHtml(decodeEncodedWords(from))}</span>
${timeElement(at)}
</a></li>`;
}

/** The subject as it is shown; one without a word in it would leave nothing to click on. */
export const subjectText = (subject: string): string => (subject.trim() === '' ? '(no subject)' : decodeEncodedWords(subject));
