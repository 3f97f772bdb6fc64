import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { listen } from './listen.ts';
import type { Listening } from './listen.ts';
import { foreignRequest } from './loopbackOnly.ts';
import { SignInRefused } from './oidc/userPools.ts';
import type { Platform } from './platform.ts';
import { readBody } from './requestBody.ts';
import { UnknownSchedule } from './scheduler/schedules.ts';

type Controlled = Pick<Platform, 'clock' | 'logs' | 'schedules' | 'signIn'> & { readonly mail: Pick<Platform['mail'], 'messages'> };

interface ControlRequest {
  readonly query: URLSearchParams;
  /** The part of the path that a route names. */
  readonly name: string;
  readonly body: unknown;
}
type Route = readonly [method: string, path: RegExp, answer: (request: ControlRequest, platform: Controlled) => object | Promise<object>];

/** What is wrong with a request to the control server. */
class ControlError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const maxBodyBytes = 64 * 1024;
const advance = z.strictObject({ advanceSec: z.number().min(0) });
const signIn = z.strictObject({ email: z.string() });

const routes: readonly Route[] = [
  ['GET', /^\/clock$/u, (_request, platform) => clockState(platform)],
  [
    'POST',
    /^\/clock$/u,
    ({ body }, platform) => {
      const { advanceSec } = parse(advance, body, { advanceSec: 86_400 });
      try {
        platform.clock.advance(advanceSec * 1000);
      } catch (error) {
        if (error instanceof RangeError) throw new ControlError(400, error.message);
        throw error;
      }
      return clockState(platform);
    },
  ],
  ['GET', /^\/logs$/u, ({ query }, platform) => ({ items: platform.logs(query.get('function') ?? undefined) })],
  ['GET', /^\/schedules$/u, (_request, { schedules }) => ({ items: schedules.list() })],
  [
    'POST',
    /^\/schedules\/([^/]+)\/run$/u,
    async ({ name }, { schedules }) => {
      try {
        return await schedules.run(name);
      } catch (error) {
        if (error instanceof UnknownSchedule) throw new ControlError(404, error.message);
        throw error;
      }
    },
  ],
  [
    'POST',
    /^\/sign-in$/u,
    async ({ body }, platform) => {
      const { email } = parse(signIn, body, { email: 'ada@example.com' });
      try {
        return await platform.signIn(email);
      } catch (error) {
        if (error instanceof SignInRefused) throw new ControlError(400, error.message);
        throw error;
      }
    },
  ],
  ['GET', /^\/messages$/u, (_request, { mail }) => ({ items: mail.messages.list() })],
  ['DELETE', /^\/messages$/u, (_request, { mail }) => ({ deleted: mail.messages.clear() })],
];

/** Serves what moves and shows this platform: its clock, logs, schedules, mails and sign-in. Loopback only. */
export async function startControl(platform: Controlled, port: number): Promise<Listening> {
  const server = createServer((incoming, response) => void handle(platform, incoming, response));
  return listen(server, port);
}

function clockState({ clock }: Controlled): object {
  return { now: new Date(clock.nowMs()).toISOString(), advancedSec: Math.round(clock.offsetMs() / 1000) };
}

async function handle(platform: Controlled, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    refuseForeign(incoming);
    const [path = '/', query = ''] = (incoming.url ?? '/').split('?', 2);
    const onPath = routes.filter(([, pattern]) => pattern.test(path));
    if (onPath.length === 0) throw new ControlError(404, `There is no ${path}. There are /clock, /logs, /messages, /schedules and /sign-in.`);
    const [, pattern, answer] = onPath.find(([method]) => method === incoming.method) ?? [];
    if (!pattern || !answer) throw new ControlError(405, `${path} takes ${onPath.map(([method]) => method).join(' and ')}, got ${incoming.method}.`);
    const body = incoming.method === 'POST' ? await readJson(incoming) : undefined;
    send(response, 200, await answer({ query: new URLSearchParams(query), name: nameIn(pattern.exec(path)), body }, platform));
  } catch (error) {
    const status = error instanceof ControlError ? error.status : 500;
    send(response, status, { error: error instanceof Error ? error.message : String(error) });
  }
}

function refuseForeign(incoming: IncomingMessage): void {
  const reason = foreignRequest(incoming);
  if (reason !== null) throw new ControlError(403, reason);
}

function nameIn(match: RegExpExecArray | null): string {
  try {
    return decodeURIComponent(match?.[1] ?? '');
  } catch {
    throw new ControlError(400, 'The path holds a broken percent escape.');
  }
}

function parse<T extends object>(schema: z.ZodType<T>, body: unknown, example: T): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const faults = body === undefined ? [] : parsed.error.issues.map(({ path, message }) => `${[...path, message].join(': ')}.`);
  throw new ControlError(400, [...faults, `A body such as ${JSON.stringify(example)} is needed.`].join(' '));
}

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  const text = await readBody(incoming, maxBodyBytes);
  if (text === null) throw new ControlError(413, `The body must be at most ${maxBodyBytes} bytes.`);
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ControlError(400, 'The body is no JSON.');
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}
