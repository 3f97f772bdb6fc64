import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen } from '../listen.ts';
import type { Listening } from '../listen.ts';
import { foreignRequest } from '../loopbackOnly.ts';
import type { MessageStore } from '../ses/messageStore.ts';
import { escapeHtml } from './escapeHtml.ts';
import { listPage } from './listPage.ts';
import { mailDocument, mailDocumentPolicy } from './mailDocument.ts';
import { mailPage } from './mailPage.ts';
import { page } from './page.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
interface Context {
  readonly messages: MessageStore;
  /** Changes with every change of the mailbox, and with every start of it. */
  readonly revision: string;
  readonly query: URLSearchParams;
  /** The part of the path that a route names. */
  readonly name: string;
}
type Route = readonly [method: string, path: RegExp, answer: (context: Context) => Answer];

/** The pages run and load what this server gives them, and nothing else. */
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const asset = (name: string): string => readFileSync(new URL(`assets/${name}`, import.meta.url), 'utf8');
const [style, script] = [asset('mailbox.css'), asset('mailbox.js')];

const routes: readonly Route[] = [
  ['GET', /^\/$/u, ({ messages, revision }) => htmlPage(200, listPage(messages.list(), revision))],
  ['GET', /^\/revision$/u, ({ revision }) => text('application/json', JSON.stringify({ revision }))],
  ['GET', /^\/mailbox\.css$/u, () => text('text/css', style)],
  ['GET', /^\/mailbox\.js$/u, () => text('text/javascript', script)],
  [
    'POST',
    /^\/delete$/u,
    ({ messages }) => {
      messages.clear();
      return { status: 303, headers: { location: '/' }, body: '' };
    },
  ],
  [
    'GET',
    /^\/messages\/([^/]+)$/u,
    ({ messages, name, query, revision }) => {
      const message = messages.find(name);
      return message ? htmlPage(200, mailPage(message, query.get('view'), revision)) : refusal(404, 'There is no such mail (any more).');
    },
  ],
  [
    'GET',
    /^\/messages\/([^/]+)\/html$/u,
    ({ messages, name }) => {
      const html = messages.find(name)?.html ?? null;
      if (html === null) return refusal(404, 'There is no such mail (any more).');
      return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': mailDocumentPolicy, 'referrer-policy': 'no-referrer' }, body: mailDocument(html) };
    },
  ],
];

/** Serves the mailbox: a list of the mails that arrived, and each of them as HTML, as text and with its headers. Loopback only. */
export async function startMailbox(messages: MessageStore, port: number): Promise<Listening> {
  const startId = randomUUID();
  const server = createServer((incoming, response) => {
    const { status, headers, body } = answerTo(incoming, messages, `${startId}.${messages.revision()}`);
    incoming.resume();
    send(response, status, headers, incoming.method === 'HEAD' ? '' : body);
  });
  return listen(server, port);
}

function answerTo(incoming: IncomingMessage, messages: MessageStore, revision: string): Answer {
  const foreign = foreignRequest(incoming);
  if (foreign !== null) return refusal(403, foreign);
  const [path = '/', query = ''] = (incoming.url ?? '/').split('?', 2);
  const method = incoming.method === 'HEAD' ? 'GET' : incoming.method;
  const onPath = routes.filter(([, pattern]) => pattern.test(path));
  const [, pattern, answer] = onPath.find(([taken]) => taken === method) ?? [];
  if (!pattern || !answer) return onPath.length === 0 ? refusal(404, 'There is no such page.') : refusal(405, `This address takes ${onPath.map(([taken]) => taken).join(' and ')}.`);
  const name = pattern.exec(path)?.[1] ?? '';
  return answer({ messages, revision, query: new URLSearchParams(query), name });
}

function htmlPage(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': pagePolicy }, body };
}

function text(type: string, body: string): Answer {
  return { status: 200, headers: { 'content-type': `${type}; charset=utf-8` }, body };
}

function refusal(status: number, message: string): Answer {
  const header = '<nav aria-label="Mailbox"><a class="back" href="/">All mails</a></nav>\n<h1>Mailbox</h1>';
  return htmlPage(status, page({ title: 'Mailbox', header, main: `<p class="empty" role="alert">${escapeHtml(message)}</p>`, revision: '' }));
}

function send(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>, body: string): void {
  // With "no-referrer" the browser would call the origin of the page's own form "null".
  const always = { 'cache-control': 'no-store', 'cross-origin-resource-policy': 'same-origin', 'referrer-policy': 'same-origin', 'x-content-type-options': 'nosniff' };
  response.writeHead(status, { ...always, ...headers }).end(body);
}
