import { ResourceExistsException, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { rootTokenOf } from '../../../shared/bootstrap/rootToken.ts';

interface Input {
  readonly SecretId: string;
  readonly VersionId?: string;
  readonly ClientRequestToken?: string;
  readonly SecretString?: string;
}

/** Secrets Manager as it treats versions: one id, one value, once. */
function fakeSecret(before: () => void = () => {}) {
  const versions = new Map<string, string>();
  const state = { versions, puts: 0, dropsAnswer: false, loses: false, denies: false };
  const send = async ({ input }: { input: Input }) => {
    if (state.denies) throw new Error('AccessDeniedException');
    if (input.ClientRequestToken === undefined) {
      const value = versions.get(input.VersionId ?? '');
      if (value === undefined) throw new ResourceNotFoundException({ message: 'no such version', $metadata: {} });
      return { SecretString: value };
    }
    before();
    state.puts += 1;
    const known = versions.get(input.ClientRequestToken);
    if (known !== undefined && known !== input.SecretString) throw new ResourceExistsException({ message: 'another value', $metadata: {} });
    if (!state.loses) versions.set(input.ClientRequestToken, input.SecretString ?? '');
    if (state.dropsAnswer) throw new Error('socket hang up');
    return {};
  };
  return { state, secret: { client: { send: send as never }, secretArn: 'arn:secret' } };
}

const firstVersion = 'gatewarden-root-token-generation-00000001';

describe('the root token of a generation', () => {
  it('is made once and stored under the number of its generation', async () => {
    const { state, secret } = fakeSecret();
    expect(await rootTokenOf(secret, 1, () => 'token-1')).toBe('token-1');
    expect([...state.versions]).toEqual([[firstVersion, 'token-1']]);
  });

  it('is the same when asked again, and nothing is generated or written', async () => {
    const { state, secret } = fakeSecret();
    await rootTokenOf(secret, 1, () => 'token-1');
    let generated = 0;
    expect(await rootTokenOf(secret, 1, () => `token-${(generated += 2)}`)).toBe('token-1');
    expect([generated, state.puts]).toEqual([0, 1]);
  });

  it('is another for another generation, and the earlier one stays', async () => {
    const { state, secret } = fakeSecret();
    await rootTokenOf(secret, 1, () => 'token-1');
    expect(await rootTokenOf(secret, 2, () => 'token-2')).toBe('token-2');
    expect(await rootTokenOf(secret, 1, () => 'token-3')).toBe('token-1');
    expect([...state.versions.values()]).toEqual(['token-1', 'token-2']);
  });

  it('survives a crash after it was stored: the next run goes on with it', async () => {
    const { state, secret } = fakeSecret();
    state.dropsAnswer = true;
    await expect(rootTokenOf(secret, 1, () => 'token-1')).rejects.toThrow('socket hang up');
    state.dropsAnswer = false;
    expect(await rootTokenOf(secret, 1, () => 'token-2')).toBe('token-1');
  });

  it('is the faster one’s when two runs race', async () => {
    const { state, secret } = fakeSecret(() => {
      if (!state.versions.has(firstVersion)) state.versions.set(firstVersion, 'token-of-the-other');
    });
    expect(await rootTokenOf(secret, 1, () => 'token-1')).toBe('token-of-the-other');
  });

  it('is one token for ten runs at once', async () => {
    const { secret } = fakeSecret();
    const tokens = await Promise.all(Array.from({ length: 10 }, (_, index) => rootTokenOf(secret, 1, () => `token-${index}`)));
    expect(new Set(tokens).size).toBe(1);
  });

  it('that was stored and is not there is an error, not a token nobody knows', async () => {
    const { state, secret } = fakeSecret();
    state.loses = true;
    await expect(rootTokenOf(secret, 1, () => 'token-1')).rejects.toThrow('The root token was stored and is not there.');
  });

  it('is not made anew where reading is denied', async () => {
    const { state, secret } = fakeSecret();
    state.denies = true;
    await expect(rootTokenOf(secret, 1, () => 'token-1')).rejects.toThrow('AccessDeniedException');
    expect(state.puts).toBe(0);
  });
});
