import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../requestBody.ts';
import type { Mail } from './mail.ts';
import { badRequest, SesError } from './sesError.ts';

interface SesRequest {
  /** The part of the path that a route names. */
  readonly name: string;
  readonly body: unknown;
}
type Answer = (mail: Mail, request: SesRequest) => object | null;

const maxBodyBytes = 40 * 1024 * 1024;

/** An answer of null is none: the connection ends. */
const routes: readonly (readonly [method: string, path: RegExp, answer: Answer])[] = [
  ['POST', /^\/v2\/email\/outbound-emails$/u, (mail, { body }) => send(mail, body)],
  ['GET', /^\/v2\/email\/account$/u, (mail) => mail.account()],
  ['GET', /^\/v2\/email\/suppression\/addresses$/u, ({ suppressions }) => suppressions.list()],
  ['PUT', /^\/v2\/email\/suppression\/addresses$/u, ({ suppressions }, { body }) => suppressions.put(body)],
  ['GET', /^\/v2\/email\/suppression\/addresses\/([^/]+)$/u, ({ suppressions }, { name }) => suppressions.get(name)],
  ['DELETE', /^\/v2\/email\/suppression\/addresses\/([^/]+)$/u, ({ suppressions }, { name }) => suppressions.remove(name)],
];

/** Whether a request is for SES. */
export const isMailRequest = ({ url }: IncomingMessage): boolean => url?.startsWith('/v2/email/') === true;

/** Answers SES's API, version 2, by its REST protocol. */
export async function answerMailRequest(mail: Mail, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const [path = ''] = (incoming.url ?? '').split('?');
    const [, pattern, answer] = routes.find(([method, pattern]) => method === incoming.method && pattern.test(path)) ?? [];
    if (!pattern || !answer) throw new SesError('UnknownOperationException', 404, `The local platform does not play ${incoming.method} ${path}.`);
    const answered = answer(mail, { name: nameIn(pattern.exec(path)), body: await readJson(incoming) });
    if (answered === null) return void response.destroy();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answered));
  } catch (error) {
    const { type, status, message } = error instanceof SesError ? error : new SesError('InternalServiceErrorException', 500, String(error));
    response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-ErrorType': type }).end(JSON.stringify({ message }));
  }
}

function send(mail: Mail, body: unknown): object | null {
  const { messageId, isAnswerLost } = mail.send(body);
  return isAnswerLost ? null : { MessageId: messageId };
}

function nameIn(match: RegExpExecArray | null): string {
  try {
    return decodeURIComponent(match?.[1] ?? '');
  } catch {
    throw badRequest('The path holds a broken percent escape.');
  }
}

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  const text = await readBody(incoming, maxBodyBytes);
  if (text === null) throw badRequest(`The request must be at most ${maxBodyBytes} bytes.`);
  if (text === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new SesError('SerializationException', 400, 'The body is no JSON.');
  }
}
