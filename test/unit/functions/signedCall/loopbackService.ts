import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Answered {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** As JSON, unless it is a text. */
  readonly body?: unknown;
  /** @default 0 */
  readonly afterMs?: number;
}

/** What the service does with a request: answers, resets the connection, ends it or falls silent in the answer, or says nothing. */
export type Reply = Answered | 'reset' | 'truncate' | 'stall' | 'silence' | 'switch';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A service on loopback that does as a test says: one reply for each request, the last one from then on. */
export class LoopbackService {
  readonly asked: Asked[] = [];
  replies: Reply[] = [{ body: {} }];
  connections = 0;
  openConnections = 0;
  /** What the service takes for the time. */
  nowMs = Date.parse('2026-11-22T10:40:00Z');
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.connections += 1;
      this.openConnections += 1;
      socket.on('close', () => (this.openConnections -= 1));
    });
    server.on('request', async (request, response) => {
      this.asked.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: await text(request) });
      response.setHeader('date', new Date(this.nowMs).toUTCString());
      answer((this.replies.length > 1 ? this.replies.shift() : this.replies[0]) ?? 'reset', response);
    });
  }

  static async start(server: Server = createServer()): Promise<LoopbackService> {
    const service = new LoopbackService(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function answer(reply: Reply, response: ServerResponse): void {
  if (reply === 'silence') return;
  if (reply === 'reset') {
    response.socket?.resetAndDestroy();
  } else if (reply === 'truncate' || reply === 'stall') {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"Item":', () => reply === 'truncate' && response.socket?.destroy());
  } else if (reply === 'switch') {
    response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
  } else {
    const { status = 200, headers = {}, body = {}, afterMs = 0 } = reply;
    setTimeout(() => response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body)), afterMs);
  }
}
