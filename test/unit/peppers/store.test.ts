import { describe, expect, it } from 'vitest';
import { pepperStore } from '../../../shared/peppers/store.ts';

const one = '1'.repeat(32);
const two = '2'.repeat(32);
const holdsOne = { current: 1, peppers: { 1: one } };
const holdsBoth = { current: 2, peppers: { 1: one, 2: two } };

/** A secret that can be changed or made to fail, and a count of its readings. */
function fakeSecret(first: unknown) {
  const state = { now: 1_795_334_400_000, secret: first, fails: false, reads: 0 };
  const getSecretValue = async () => {
    state.reads += 1;
    if (state.fails) throw new Error('throttled');
    return { SecretString: JSON.stringify(state.secret) };
  };
  return { state, store: pepperStore({ client: { getSecretValue }, secretArn: 'arn:secret', nowMs: () => state.now }) };
}

describe('the peppers in a container', () => {
  it('are read once, also by many at the same time', async () => {
    const { state, store } = fakeSecret(holdsBoth);
    expect(await Promise.all([store.current(), store.ofVersion('1'), store.ofVersion('2')])).toEqual([{ version: '2', pepper: two }, one, two]);
    expect(state.reads).toBe(1);
  });

  it('are kept for five minutes and read again then', async () => {
    const { state, store } = fakeSecret(holdsOne);
    await store.current();
    state.secret = holdsBoth;
    state.now += 299_999;
    expect(await store.current()).toEqual({ version: '1', pepper: one });
    expect(state.reads).toBe(1);
    state.now += 1;
    expect(await store.current()).toEqual({ version: '2', pepper: two });
    expect(state.reads).toBe(2);
  });

  it('are read again at once for a version that is not known, but not at every request', async () => {
    const { state, store } = fakeSecret(holdsOne);
    await store.current();
    state.secret = holdsBoth;
    state.now += 5_000;
    expect(await store.ofVersion('2')).toBe(two);
    expect(state.reads).toBe(2);
    await expect(store.ofVersion('3')).rejects.toThrow('Pepper version 3 is not in the secret.');
    await expect(store.ofVersion('3')).rejects.toThrow('Pepper version 3 is not in the secret.');
    expect(state.reads).toBe(2);
    state.now += 5_000;
    await expect(store.ofVersion('3')).rejects.toThrow('Pepper version 3 is not in the secret.');
    expect(state.reads).toBe(3);
  });

  it('are read again when the clock has gone back, rather than kept for longer', async () => {
    const { state, store } = fakeSecret(holdsOne);
    await store.current();
    state.secret = holdsBoth;
    state.now -= 3_600_000;
    expect(await store.ofVersion('2')).toBe(two);
  });

  it('do not keep a failure: the next call tries again', async () => {
    const { state, store } = fakeSecret(holdsOne);
    state.fails = true;
    await expect(store.current()).rejects.toThrow('throttled');
    state.fails = false;
    expect(await store.current()).toEqual({ version: '1', pepper: one });
    expect(state.reads).toBe(2);
  });

  it('do not keep a secret that cannot be read either, nor one that has grown old', async () => {
    const { state, store } = fakeSecret(holdsOne);
    await store.current();
    state.secret = 'broken';
    state.now += 300_000;
    await expect(store.current()).rejects.toThrow('The pepper secret has no such shape.');
    await expect(store.ofVersion('1')).rejects.toThrow('The pepper secret has no such shape.');
    state.secret = holdsBoth;
    expect(await store.ofVersion('1')).toBe(one);
  });
});
