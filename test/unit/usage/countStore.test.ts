import { describe, expect, it } from 'vitest';
import { usageStore } from '../../../shared/usage/store.ts';
import { freshKey, hoursOf } from './freshKey.ts';
import { useUsageTable } from './usageTable.ts';

const usage = useUsageTable();

describe('counting', () => {
  it('adds up requests by status, refusals by code and routes, for the key and for its organization', async () => {
    const { keyId, organizationId, ofKey, count } = freshKey(usage());
    await count(ofKey('1'), ofKey('2', { status: '5xx', route: 'POST /orders' }));
    await count(ofKey('3', { status: '4xx', code: 'insufficient_scope' }), ofKey('4', { status: '3xx', route: null }));
    const all = {
      hour: '2026-11-22T10',
      requests: 4,
      status: { '2xx': 1, '3xx': 1, '4xx': 1, '5xx': 1 },
      refusals: { insufficient_scope: 1 },
    };
    expect(await hoursOf(usage(), keyId)).toEqual([{ ...all, routes: { 'GET /orders': 2, 'POST /orders': 1 } }]);
    expect(await hoursOf(usage(), organizationId)).toEqual([{ ...all, routes: {} }]);
  });

  it('puts a request into the hour in which it came, not in which it was logged', async () => {
    const { keyId, ofKey, count } = freshKey(usage());
    const late = ofKey('1', { atMs: Date.UTC(2026, 10, 22, 10, 59, 59, 999) });
    await count({ ...late, loggedAtMs: Date.UTC(2026, 10, 22, 11, 0, 2) }, ofKey('2', { atMs: Date.UTC(2026, 10, 22, 11) }));
    expect((await hoursOf(usage(), keyId)).map((one) => [one.hour, one.requests])).toEqual([
      ['2026-11-22T10', 1],
      ['2026-11-22T11', 1],
    ]);
  });

  it('keeps an hour for 400 days after its end', async () => {
    const { keyId, ofKey, count } = freshKey(usage());
    await count(ofKey('1'));
    expect(await usage().partition(`USAGE#${keyId}`)).toMatchObject([{ sk: 'HOUR#2026-11-22T10', purgeAt: Date.UTC(2027, 11, 27, 11) / 1000 }]);
  });

  it('names twenty routes of an hour and counts what goes beyond as other, over several batches', async () => {
    const { keyId, ofKey, count } = freshKey(usage());
    const route = (number: number) => `GET /r${number}`;
    await count(...Array.from({ length: 15 }, (_, index) => ofKey(`a${index}`, { route: route(index) })));
    await count(...Array.from({ length: 15 }, (_, index) => ofKey(`b${index}`, { route: route(index + 10) })));
    await count(ofKey('c', { route: `GET /${'x'.repeat(300)}` }), ofKey('d', { route: route(3) }));
    const [{ routes = {} } = {}] = await hoursOf(usage(), keyId);
    expect(Object.keys(routes)).toHaveLength(21);
    expect([routes['other'], routes['GET /r12'], routes['GET /r3'], routes['GET /r24']]).toEqual([6, 2, 2, undefined]);
  });

  it('names twenty routes also of an hour that has counted others before', async () => {
    const { keyId, ofKey, count } = freshKey(usage());
    await count(ofKey('1', { route: `GET /${'x'.repeat(300)}` }));
    await count(...Array.from({ length: 20 }, (_, index) => ofKey(`a${index}`, { route: `GET /r${index}` })));
    const [{ routes = {} } = {}] = await hoursOf(usage(), keyId);
    expect([Object.keys(routes).length, routes['other']]).toEqual([21, 1]);
  });

  it('names a route of 200 characters and counts a longer one as other', async () => {
    const { keyId, ofKey, count } = freshKey(usage());
    const longest = `GET /${'x'.repeat(195)}`;
    await count(ofKey('1', { route: longest }), ofKey('2', { route: `${longest}x` }));
    expect(await hoursOf(usage(), keyId)).toMatchObject([{ routes: { [longest]: 1, other: 1 } }]);
  });

  it('counts routes and codes that are named like members of an object', async () => {
    const { keyId, ofKey, count } = freshKey(usage());
    await count(ofKey('1', { route: 'constructor', code: 'constructor', status: '4xx' }));
    expect(await hoursOf(usage(), keyId)).toMatchObject([{ routes: { constructor: 1 }, refusals: { constructor: 1 } }]);
  });
});

describe('hours', () => {
  it('are read from the first to the last, without those outside', async () => {
    const { keyId, ofKey, count } = freshKey(usage());
    await count(...[9, 10, 11, 12].map((at) => ofKey(String(at), { atMs: Date.UTC(2026, 10, 22, at, 30) })));
    const { hours } = usageStore(usage());
    const range = { fromMs: Date.UTC(2026, 10, 22, 10), toMs: Date.UTC(2026, 10, 22, 12) };
    expect((await hours(keyId, range)).map(({ hour }) => hour)).toEqual(['2026-11-22T10', '2026-11-22T11']);
    expect(await hours(keyId, { fromMs: range.toMs, toMs: range.fromMs })).toEqual([]);
    expect(await hours(keyId, { fromMs: range.fromMs, toMs: range.fromMs })).toEqual([]);
    expect(await hours('key_neverUsed0000', range)).toEqual([]);
  });
});
