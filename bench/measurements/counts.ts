import { accessLogFormat } from '../../shared/usage/accessLog.ts';
import { exactly, report } from '../measure/finding.ts';
import type { Finding } from '../measure/finding.ts';
import { logLineOverheadBytes, prices } from '../prices.ts';
import { simulate } from '../subject/containers.ts';
import { requestWith } from '../subject/event.ts';
import { issueKeys } from '../subject/keys.ts';
import { loadStubbed } from '../subject/load.ts';

// What a million verifications cost: each line a count of this run times a price. Two numbers are not of this run and
// are said to be assumptions: how long DynamoDB takes to answer, and how many lines CloudWatch hands over at a time.

const memoryGb = 0.5;
const assumedMs = 5;
// Five writes a batch of one key, four of them in transactions, which count twice.
const unitsABatch = 9;

const busyWrites = (await simulate({ limit: 100_000, windowSec: 60, perSec: 1_000, windows: 1 })).writesPerRequest;
const slowWrites = (await simulate({ limit: 1_000, windowSec: 60, perSec: 1 / 30, windows: 60 })).writesPerRequest;
const [busyBytes, slowBytes] = [await metricBytes(1), await metricBytes(2_000)];
const accessBytes = accessLineBytes();
report([
  count('metric lines of the authorizer, a request of a busy container', busyBytes),
  count('metric lines of the authorizer, a request in two seconds', slowBytes),
  count('the access log line of a protected API', accessBytes),
  ...cost('a strict, unlimited key, busy', { writes: 0, metricBytes: busyBytes, linesABatch: 1_000 }),
  ...cost('a limited key, busy', { writes: busyWrites, metricBytes: busyBytes, linesABatch: 1_000 }),
  ...cost('a limited key, slow', { writes: slowWrites, metricBytes: slowBytes, linesABatch: 1 }),
]);

function count(what: string, bytes: number): Finding {
  return { what, value: exactly(Math.round(bytes * 10) / 10), unit: 'bytes' };
}

function cost(of: string, { writes, metricBytes, linesABatch }: { writes: number; metricBytes: number; linesABatch: number }): Finding[] {
  const lines = {
    'authorizer, requests': prices.lambdaRequest,
    [`authorizer, ${memoryGb} GB for an assumed ${assumedMs} ms`]: memoryGb * (assumedMs / 1000) * prices.lambdaGbSecond,
    'one strongly consistent read': prices.readUnit,
    'leases of limits': writes * prices.writeUnit,
    'metric lines': metricBytes * prices.logByte,
    'access log line': accessBytes * prices.logByte,
    [`usage counters, assumed ${linesABatch === 1 ? 'a line' : `${linesABatch} lines`} a batch`]: (unitsABatch * prices.writeUnit + prices.lambdaRequest) / linesABatch,
  };
  const total = Object.values(lines).reduce((sum, one) => sum + one, 0);
  return [
    ...Object.entries(lines).map(([what, each]) => dollars(`${of}: ${what}`, each)),
    dollars(`${of}: all, apart from API Gateway`, total),
    dollars(`${of}: with the requests of a REST API`, total + prices.restRequest),
    dollars(`${of}: with the requests of an HTTP API`, total + prices.httpRequest),
  ];
}

function dollars(what: string, each: number): Finding {
  return { what, value: exactly(Math.round(each * 1e10) / 1e4), unit: '$ / M' };
}

/** Bytes that CloudWatch counts a request, where one comes in every `everyMs`. */
async function metricBytes(everyMs: number): Promise<number> {
  const keys = issueKeys(10);
  const { handler } = await loadStubbed(keys, `?every=${everyMs}`);
  const { now } = Date;
  const write = process.stdout.write.bind(process.stdout);
  let atMs = now();
  let bytes = 0;
  Date.now = () => atMs;
  process.stdout.write = (text: string | Uint8Array) => {
    bytes += Buffer.byteLength(text) - 1 + logLineOverheadBytes;
    return true;
  };
  const requests = 1_000;
  for (let i = 0; i < requests; i += 1, atMs += everyMs) await handler(requestWith(keys.tokens[0] ?? ''));
  Date.now = now;
  process.stdout.write = write;
  return bytes / requests;
}

/** With values as long as API Gateway's. */
function accessLineBytes(): number {
  const values: Record<string, string> = {
    '$context.extendedRequestId': 'AbCdEfGhIjKlMnO=', '$context.requestTimeEpoch': '1795341600000', '$context.apiId': 'a1b2c3d4e5',
    '$context.stage': 'prod', '$context.httpMethod': 'GET', '$context.resourcePath': '/orders/{orderId}', '$context.status': '200',
    '$context.responseLatency': '24', '$context.identity.sourceIp': '203.0.113.195', '$context.authorizer.keyId': 'key_4f8KmN2pQ7xZ',
    '$context.authorizer.organizationId': 'org_4f8KmN2pQ7xZ', '$context.authorizer.code': '-', '$context.error.responseType': '-',
  };
  const line = Object.entries(accessLogFormat.rest).map(([name, value]) => [name, values[value] ?? value]);
  return Buffer.byteLength(JSON.stringify(Object.fromEntries(line))) + logLineOverheadBytes;
}
