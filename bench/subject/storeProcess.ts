import { Agent, createServer, request } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startDynamo } from '../../local/dynamodb/startDynamo.ts';
import { createTables } from './tables.ts';

// The embedded DynamoDB in a process of its own, the same one as if 2 ms away, and a Secrets Manager that knows one
// secret. Prints their addresses as JSON and ends with its standard input.

const distanceMs = 2;
const dynamo = await startDynamo();
await createTables(dynamo.endpoint);
const SecretString = JSON.stringify({ current: 1, peppers: { 1: process.env['PEPPER'] } });
const secretsManager = await serve((incoming, response) => {
  incoming.resume().on('end', () => response.setHeader('content-type', 'application/x-amz-json-1.1').end(JSON.stringify({ SecretString })));
});
const agent = new Agent({ keepAlive: true });
const distant = await serve((incoming, response) => {
  const { method, headers } = incoming;
  const outgoing = request(dynamo.endpoint, { method, headers, agent }, (answer) => {
    setTimeout(() => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    }, distanceMs);
  });
  outgoing.on('error', () => response.destroy());
  incoming.pipe(outgoing);
});
process.stdout.write(`${JSON.stringify({ dynamodb: dynamo.endpoint, distant, secretsManager })}\n`);
process.stdin.resume().on('end', () => process.exit(0));

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
