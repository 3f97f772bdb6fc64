import { StoreCounter } from '../../test/support/storeCounter.ts';
import { alternate } from '../measure/alternate.ts';
import type { Contender } from '../measure/alternate.ts';
import { exactly, report } from '../measure/finding.ts';
import type { Finding } from '../measure/finding.ts';
import { ratiosOf, spreadOf } from '../measure/statistics.ts';
import { bundle } from '../subject/bundle.ts';
import { requestWith } from '../subject/event.ts';
import { inTurns, issueKeys } from '../subject/keys.ts';
import type * as sdkClient from '../subject/sdk.ts';
import { fill, startStore } from '../subject/startStore.ts';
import { createTables } from '../subject/tables.ts';
import type * as whole from '../subject/whole.ts';

// The whole authorizer on the embedded store, which has a process of its own, against a bare GetItem of the same item
// by the same client; what it asks of the store, counted; and that client against the SDK's.

type Whole = typeof whole;
type Sdk = typeof sdkClient;

const keys = issueKeys(1_000);
const store = await startStore(keys);
const [wholePath, sdkPath] = [await bundle('whole'), await bundle('sdk')];
const findings = [...(await timings()), ...(await counts())];
store.stop();
report(findings);

async function timings(): Promise<Finding[]> {
  const here = await overheadAt(store.endpoint, 4_000);
  const distant = await overheadAt(store.distantEndpoint, 1_000);
  const sdk = (await import(sdkPath)) as Sdk;
  const next = inTurns(keys.tokens);
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = store.endpoint;
  const sdkGetItem = single(async () => { if (!(await sdk.getItem(inputOf(next()))).Item) throw new Error('There is no such key.'); });
  const clients = await alternate({ sdk: sdkGetItem, signed: here.getItem }, 1_000);
  const { authorizer, bareGetItem } = here.measured;
  const away = distant.measured;
  return [
    { what: 'authorizer, store on loopback', value: spreadOf(authorizer.us), unit: 'µs' },
    { what: 'bare GetItem by the same client', value: spreadOf(bareGetItem.us), unit: 'µs' },
    { what: 'authorizer / bare GetItem, store on loopback', value: ratiosOf(authorizer.us, bareGetItem.us), unit: 'x' },
    { what: 'bare GetItem, store 2 ms away', value: spreadOf(away.bareGetItem.us), unit: 'µs' },
    { what: 'authorizer / bare GetItem, store 2 ms away', value: ratiosOf(away.authorizer.us, away.bareGetItem.us), unit: 'x', threshold: { atMost: 1.1 } },
    { what: 'SDK GetItem / signed GetItem, latency', value: ratiosOf(clients.sdk.us, clients.signed.us), unit: 'x' },
    { what: 'SDK GetItem / signed GetItem, CPU', value: exactly(clients.sdk.cpuUs / clients.signed.cpuUs), unit: 'x' },
  ];
}

async function overheadAt(endpoint: string, rounds: number) {
  const { handler, services } = await wholeAt(endpoint);
  const [next, nextEvent] = [inTurns(keys.tokens), inTurns(keys.tokens.map(requestWith))];
  const client = services();
  const getItem = single(async () => { if (!(await client.getItem(inputOf(next()))).Item) throw new Error('There is no such key.'); });
  const authorizer = single(async () => { await handler(nextEvent()); });
  return { measured: await alternate({ authorizer, bareGetItem: getItem }, rounds), getItem };
}

/** An instance of the bundle with connections of its own. */
async function wholeAt(endpoint: string): Promise<Whole> {
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = endpoint;
  return (await import(`${wholePath}?${encodeURIComponent(endpoint)}`)) as Whole;
}

function inputOf(token: string) {
  return { TableName: 'keys', Key: { pk: { S: `KEY#key_${token.slice(8, 20)}` }, sk: { S: 'KEY' } }, ConsistentRead: true };
}

/** Operation by operation: what waits for a store takes long enough to be timed by itself. */
function single(operation: () => Promise<void>): Contender {
  return { blockSize: 1, block: operation };
}

async function counts(): Promise<Finding[]> {
  const counter = await StoreCounter.start();
  await createTables(counter.endpoint);
  await fill(counter.endpoint, keys);
  const { handler } = await wholeAt(counter.endpoint);
  const next = inTurns(keys.tokens);
  // The first request of a container also reads the organization, which then is known for ten seconds.
  await handler(requestWith(next()));
  const requests = 300;
  const { asked } = await counter.requestsOf(async () => {
    for (let i = 0; i < requests; i += 1) await handler(requestWith(next()));
  });
  await counter.close();
  const reads = asked.filter((operation) => operation === 'GetItem').length;
  return [
    { what: `GetItems of ${requests} verifications, a request`, value: exactly(reads / requests), unit: 'reads', threshold: { atMost: 1 } },
    { what: `other calls of them, writes among them`, value: exactly(asked.length - reads), unit: 'calls', threshold: { atMost: 0 } },
  ];
}
