import { Agent, createServer, request } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { startDynamo } from '../../local/dynamodb/startDynamo.ts';
import type { EmbeddedDynamo } from '../../local/dynamodb/startDynamo.ts';

/** An embedded DynamoDB behind a counter of what is asked of it. */
export class StoreCounter {
  readonly #server: Server;
  readonly #dynamo: EmbeddedDynamo;
  readonly #agent: Agent;
  #asked: string[] = [];

  private constructor(dynamo: EmbeddedDynamo) {
    const agent = new Agent({ keepAlive: true });
    this.#dynamo = dynamo;
    this.#agent = agent;
    this.#server = createServer((incoming, response) => void this.#handOn(incoming, response));
  }

  async #handOn(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const [service, operation = ''] = String(incoming.headers['x-amz-target']).split('.');
    // Streams are followed, and usage is counted, whoever calls and however it was answered.
    const isInBackground = service?.startsWith('DynamoDBStreams') === true || body.includes('-Data-Usage');
    if (!isInBackground) this.#asked.push(operation);
    const { hostname, port } = new URL(this.#dynamo.endpoint);
    const outgoing = request({ hostname, port, agent: this.#agent, path: incoming.url, method: incoming.method, headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    outgoing.end(body);
  }

  static async start(): Promise<StoreCounter> {
    const counter = new StoreCounter(await startDynamo());
    await new Promise<void>((resolve) => counter.#server.listen(0, '127.0.0.1', resolve));
    return counter;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What `during` asked of the store: names of operations, in order of the alphabet. */
  async requestsOf<T>(during: () => Promise<T>): Promise<{ answer: T; asked: string[] }> {
    this.#asked = [];
    const answer = await during();
    return { answer, asked: this.#asked.toSorted() };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    this.#agent.destroy();
    await this.#dynamo.close();
  }
}
