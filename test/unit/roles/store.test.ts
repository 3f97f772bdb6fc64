import { describe, expect, it } from 'vitest';
import { roleStore } from '../../../shared/roles/store.ts';
import type { HolderChange } from '../../../shared/roles/store.ts';
import type { Write } from '../../../shared/table.ts';
import { useKeysTable } from '../../support/keysTable.ts';

const keys = useKeysTable();
const context = { actor: { type: 'system', id: 'test', name: 'Test' }, ip: null, userAgent: null, requestId: null } as const;
const support = { name: 'support', builtIn: false, permissions: ['keys:read'] };

async function commit(organizationId: string, ...writes: Write[]): Promise<string> {
  const outcome = await keys().events().commit({ organizationId, context, drafts: [{ type: 'role.updated' }], writes });
  return outcome.done ? 'done' : outcome.refusedBy;
}

function count(organizationId: string, role: string, total: HolderChange['total'], active: HolderChange['active']): Promise<string> {
  return commit(organizationId, roleStore(keys()).countHolders(organizationId, { role, total, active }));
}

describe('a role', () => {
  it('is found by its name in its organization, the built-in ones everywhere', async () => {
    const { put, get, list } = roleStore(keys());
    expect(await commit('org_a', put('org_a', support, null))).toBe('done');
    expect(await get('org_a', 'support', false)).toEqual(support);
    expect(await get('org_b', 'support', false)).toBeNull();
    expect((await get('org_b', 'viewer', false))?.permissions).toEqual(['events:read', 'usage:read']);
    expect((await list('org_a', false)).map(({ name, builtIn }) => [name, builtIn])).toEqual([
      ['superadmin', true],
      ['admin', true],
      ['developer', true],
      ['viewer', true],
      ['support', false],
    ]);
  });

  it('is written over only as it was read, and made only once', async () => {
    const { put } = roleStore(keys());
    expect(await commit('org_c', put('org_c', support, null))).toBe('done');
    expect(await commit('org_c', put('org_c', support, null))).toBe('role');
    expect(await commit('org_c', put('org_c', { ...support, permissions: [] }, { ...support, permissions: ['keys:write'] }))).toBe('role');
    expect(await commit('org_c', put('org_c', { ...support, permissions: ['keys:revoke'] }, support))).toBe('done');
  });

  it('is given only as it was checked: not when it has grown or gone in the meantime', async () => {
    const { put, assertExists, remove } = roleStore(keys());
    const giveIt = () => commit('org_d', ...assertExists('org_d', support), roleStore(keys()).countHolders('org_d', { role: 'support', total: 1, active: 0 }));
    expect(await giveIt()).toBe('role');
    await commit('org_d', put('org_d', { ...support, permissions: ['keys:read', 'members:write'] }, null));
    expect(await giveIt()).toBe('role');
    await commit('org_d', put('org_d', support, { ...support, permissions: ['keys:read', 'members:write'] }));
    expect(await giveIt()).toBe('done');
    expect(await commit('org_d', ...remove('org_d', 'support'))).toBe('holders');
    expect(await count('org_d', 'support', -1, 0)).toBe('done');
    expect(await commit('org_d', ...remove('org_d', 'support'))).toBe('done');
    expect(await commit('org_d', ...remove('org_d', 'support'))).toBe('role');
  });
});

describe('the last superadmin', () => {
  it('stays', async () => {
    await count('org_e', 'superadmin', 1, 1);
    expect(await count('org_e', 'superadmin', -1, -1)).toBe('holders');
    await count('org_e', 'superadmin', 1, 1);
    expect(await count('org_e', 'superadmin', -1, -1)).toBe('done');
  });

  it('is one who has signed in: an invitation in their place is not enough', async () => {
    await count('org_f', 'superadmin', 1, 1);
    await count('org_f', 'superadmin', 1, 0);
    expect(await count('org_f', 'superadmin', -1, -1)).toBe('holders');
    expect(await count('org_f', 'superadmin', -1, 0)).toBe('done');
  });

  it('stays when all of several go at once', async () => {
    for (let joined = 0; joined < 4; joined += 1) await count('org_g', 'superadmin', 1, 1);
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => count('org_g', 'superadmin', -1, -1)));
    expect(outcomes.sort()).toEqual(['done', 'done', 'done', 'holders']);
  });

  it('of another role may go', async () => {
    await count('org_h', 'admin', 1, 1);
    expect(await count('org_h', 'admin', -1, -1)).toBe('done');
  });
});
