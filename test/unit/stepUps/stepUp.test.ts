import { describe, expect, it } from 'vitest';
import { hashStepUpToken, isGoodFor, newStepUp } from '../../../shared/stepUps/stepUp.ts';
import { stepUpStore } from '../../../shared/stepUps/store.ts';
import { useKeysTable } from '../../support/keysTable.ts';
import { memberPrincipal, nowMs, samplePrincipal } from '../samples.ts';

const keys = useKeysTable();
const ada = memberPrincipal();
const made = () => newStepUp(ada, nowMs, (size) => new Uint8Array(size).fill(10));

describe('a step-up', () => {
  it('is bound to the member, the organization and the sign-in, for five minutes', () => {
    expect(made()).toEqual({
      token: 'stp_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      stepUp: {
        // By sha256sum.
        tokenHash: '9b9773c87c7aa69e81857a471f195b5b8a3e967b7636d1d5dc5b8625be758ac5',
        memberId: 'mem_000000000001',
        organizationId: 'org_000000000001',
        sessionId: 'session-1',
        expiresAtMs: 1_795_334_700_000,
      },
    });
  });

  it('is good for the member whose it is, until the fifth minute is over', () => {
    const { stepUp } = made();
    expect(isGoodFor(stepUp, ada, nowMs)).toBe(true);
    expect(isGoodFor(stepUp, ada, 1_795_334_699_999)).toBe(true);
    expect(isGoodFor(stepUp, ada, 1_795_334_700_000)).toBe(false);
  });

  it.each([
    ['another member', { id: 'mem_000000000002' }],
    ['another organization', { organizationId: 'org_000000000002' }],
    ['another sign-in', { sessionId: 'session-2' }],
    ['no sign-in', { sessionId: null }],
  ])('is not good for %s', (_, changed) => {
    expect(isGoodFor(made().stepUp, memberPrincipal(changed), nowMs)).toBe(false);
  });

  it('is not good for a management key, nor made for one', () => {
    expect(isGoodFor(made().stepUp, { ...ada, type: 'management_key' }, nowMs)).toBe(false);
    expect(() => newStepUp(samplePrincipal(), nowMs, (size) => new Uint8Array(size))).toThrow('belongs to the sign-in of a member');
  });

  it('is kept under the hash of its token; the token itself is not', async () => {
    const { token, stepUp } = made();
    await stepUpStore(keys()).put(stepUp);
    expect(await stepUpStore(keys()).get(hashStepUpToken(token))).toEqual(stepUp);
    expect(await stepUpStore(keys()).get(token)).toBeNull();
    expect(JSON.stringify(await keys().partition(`STEPUP#${stepUp.tokenHash}`))).not.toContain(token);
    expect((await keys().partition(`STEPUP#${stepUp.tokenHash}`))[0]).toMatchObject({ purgeAt: 1_795_334_700 });
  });
});
