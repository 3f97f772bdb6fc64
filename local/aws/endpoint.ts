import { createServer, request as httpRequest, Agent } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { answerInvocation, isInvocation } from '../lambda/invokeApi.ts';
import type { InvokeApiOptions } from '../lambda/invokeApi.ts';
import { listen } from '../listen.ts';
import type { Listening } from '../listen.ts';
import { foreignRequest } from '../loopbackOnly.ts';
import { answerMailRequest, isMailRequest } from '../ses/api.ts';
import type { Mail } from '../ses/mail.ts';
import type { ServiceCall } from './jsonProtocol.ts';
import { ServiceError } from './jsonProtocol.ts';

export interface AwsEndpointOptions {
  readonly port: number;
  /** DynamoDB and its streams are handed on to this address as they come. */
  readonly dynamoEndpoint: string;
  /** Prefix of `X-Amz-Target` → the service. */
  readonly services: Readonly<Record<string, ServiceCall>>;
  /** Lambda's Invoke API. */
  readonly invocations: InvokeApiOptions;
  /** SES's API. */
  readonly mail: Mail;
  /** A custom resource's answer; false when nobody waits for it. */
  readonly receiveCustomResource: (id: string, body: unknown) => boolean;
}

const maxBodyBytes = 20 * 1024 * 1024;

/** One address for all the services of AWS that functions call, told apart by `X-Amz-Target` or, Lambda and SES, by the path. */
export async function serveAws(options: AwsEndpointOptions): Promise<Listening> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => {
    const foreign = foreignRequest(incoming);
    if (foreign !== null) return void response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify({ message: foreign }));
    const target = String(incoming.headers['x-amz-target'] ?? '');
    if (/^DynamoDB(?:Streams)?_/u.test(target)) return handOn(incoming, response, options.dynamoEndpoint, agent);
    if (isInvocation(incoming)) return void answerInvocation(options.invocations, incoming, response);
    if (isMailRequest(incoming)) return void answerMailRequest(options.mail, incoming, response);
    void answer(options, target, incoming, response);
  });
  const listening = await listen(server, options.port);
  const close = async (graceMs?: number): Promise<void> => {
    await listening.close(graceMs);
    agent.destroy();
  };
  return { ...listening, close };
}

function handOn(incoming: IncomingMessage, response: ServerResponse, endpoint: string, agent: Agent): void {
  const upstream = httpRequest(endpoint, { method: incoming.method, path: incoming.url, headers: incoming.headers, agent }, (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(response);
  });
  upstream.on('error', () => {
    if (!response.headersSent) response.writeHead(503, { 'content-type': 'application/json' });
    response.end('{"__type":"ServiceUnavailable","message":"The store does not answer."}');
  });
  incoming.pipe(upstream);
}

async function answer(options: AwsEndpointOptions, target: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const body = await readJson(incoming);
    const customResource = /^\/cloudformation\/responses\/([\w-]+)$/u.exec(incoming.url ?? '')?.[1];
    if (customResource !== undefined && incoming.method === 'PUT') {
      return send(response, options.receiveCustomResource(customResource, body) ? 200 : 404, {});
    }
    const dot = target.lastIndexOf('.');
    const service = options.services[target.slice(0, dot)];
    if (!service) throw new ServiceError('UnknownOperationException', `The local platform does not play ${target || `${incoming.method} ${incoming.url}`}.`);
    send(response, 200, service(target.slice(dot + 1), body));
  } catch (error) {
    const { code, message } = describe(error);
    response.setHeader('x-amzn-ErrorType', code);
    send(response, code === 'InternalServiceError' ? 500 : 400, { __type: code, message, Message: message });
  }
}

function describe(error: unknown): { code: string; message: string } {
  if (error instanceof ServiceError) return { code: error.code, message: error.message };
  if (error instanceof z.ZodError) return { code: 'ValidationException', message: z.prettifyError(error) };
  if (error instanceof SyntaxError) return { code: 'SerializationException', message: 'The body is no JSON.' };
  return { code: 'InternalServiceError', message: error instanceof Error ? error.message : String(error) };
}

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new ServiceError('RequestEntityTooLarge', `The body is larger than ${maxBodyBytes} bytes.`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : (JSON.parse(text) as unknown);
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}
