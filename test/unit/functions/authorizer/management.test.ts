import { expect, it, vi } from 'vitest';
import { handler } from '../../../../functions/authorizer/management.ts';
import { linesOf } from '../stdout.ts';
import { authorizerEvent } from './event.ts';

vi.mock('../../../../functions/authorizer/sources.ts', () => ({ authorizerSources: () => ({ tokenPrefix: 'gw' }) }));
vi.mock('../../../../functions/authorizer/member.ts', () => ({
  isJwt: (text: string) => text === 'a.b.c',
  authenticateMember: async () => ({ valid: true, memberId: 'mem_000000000001', context: { principalType: 'member' } }),
}));

/** The answer, or what was thrown. */
async function asked(headers: Record<string, string[]>): Promise<unknown> {
  let answer: unknown;
  await linesOf(async () => {
    answer = await handler(authorizerEvent(headers)).catch((error: Error) => error.message);
  });
  return answer;
}

it('an access token is taken as a bearer token, and not in the place of a key', async () => {
  expect(await asked({ Authorization: ['Bearer a.b.c'] })).toMatchObject({ principalId: 'mem_000000000001', policyDocument: { Statement: [{ Effect: 'Allow' }] } });
  expect(await asked({ 'X-API-Key': ['a.b.c'] })).toBe('Unauthorized');
});
