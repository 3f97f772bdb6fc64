import { describe, expect, it } from 'vitest';
import { useSystem } from '../support/system.ts';

describe('the main job', () => {
  const system = useSystem();

  it('an issued key opens the protected API, and a revoked one does not', async () => {
    const { key, token } = await system().issue();
    expect(token).toMatch(/^gw_live_[0-9A-Za-z]{50}$/);
    expect((await system().example(token)).status).toBe(200);

    const revoked = await system().call('POST', `${system().keysPath}/${key.id}/revoke`, { body: { reason: 'retired' } });
    expect(revoked.status).toBe(200);
    expect(revoked.body.status).toBe('revoked');
    expect((await system().example(token)).status).toBe(401);
  });
});
