import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startDynamo } from '../../local/dynamodb/startDynamo.ts';
import { createTables } from './tables.ts';

// The embedded DynamoDB in a process of its own, and a Secrets Manager that knows one secret. Prints their addresses as
// JSON and ends with its standard input.

const dynamo = await startDynamo();
await createTables(dynamo.endpoint);
const SecretString = JSON.stringify({ current: 1, peppers: { 1: process.env['PEPPER'] } });
const secrets = createServer((request, response) => {
  request.resume().on('end', () => response.setHeader('content-type', 'application/x-amz-json-1.1').end(JSON.stringify({ SecretString })));
});
await new Promise<void>((resolve) => secrets.listen(0, '127.0.0.1', resolve));
const secretsUrl = `http://127.0.0.1:${(secrets.address() as AddressInfo).port}`;
process.stdout.write(`${JSON.stringify({ dynamodb: dynamo.endpoint, secretsManager: secretsUrl })}\n`);
process.stdin.resume().on('end', () => process.exit(0));
