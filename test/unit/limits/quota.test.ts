import { describe, expect, it } from 'vitest';
import { container, limitOf } from './container.ts';

describe('a limit that is changed in mid-window', () => {
  it('holds at once when it is lowered, whatever was leased before', async () => {
    const { takeMany } = container();
    expect(await takeMany(40, limitOf(1000))).toBe(40);
    expect(await takeMany(40, limitOf(10))).toBe(0);
    expect(await takeMany(40, limitOf(50))).toBe(10);
  });

  it('lets more through at once when it is raised', async () => {
    const { takeMany } = container();
    expect(await takeMany(20, limitOf(10))).toBe(10);
    expect(await takeMany(20, limitOf(15))).toBe(5);
  });
});

describe('a quota', () => {
  const quota = (perKey: number | null, perOrganization: number | null) => ({ rateLimit: null, quota: { perKey, perOrganization } });

  it('counts a calendar month and refuses with quota_exceeded until it is over', async () => {
    const { table, take, takeMany } = container();
    expect(await takeMany(3, quota(3, null))).toBe(3);
    expect(await take(quota(3, null))).toEqual({
      allowed: false, code: 'quota_exceeded', policy: 'key-month', limit: 3, windowSec: 2_592_000, remaining: 0,
      resetMs: Date.UTC(2026, 11, 1) + 200, retryAfterSec: 741_571, degraded: false, writes: 0,
    });
    expect(table.used('QUOTA#key_1 2026-11')).toBe(3);
  });

  it('begins anew with the next month, 200 ms late, and a year does not bring one back', async () => {
    const { state, table, takeMany } = container();
    state.ms = Date.UTC(2026, 11, 31, 23, 59, 59, 700);
    expect(await takeMany(5, quota(3, null))).toBe(3);
    state.ms = Date.UTC(2027, 0, 1, 0, 0, 0, 199);
    expect(await takeMany(1, quota(3, null))).toBe(0);
    state.ms += 1;
    expect(await takeMany(5, quota(3, null))).toBe(3);
    state.ms = Date.UTC(2027, 11, 31);
    expect(await takeMany(5, quota(3, null))).toBe(3);
    expect(['2026-12', '2027-01', '2027-12'].map((month) => table.used(`QUOTA#key_1 ${month}`))).toEqual([3, 3, 3]);
  });

  it('of the organization is shared by its keys', async () => {
    const { takeMany } = container();
    expect(await takeMany(3, { ...quota(null, 5), keyId: 'key_1' })).toBe(3);
    expect(await takeMany(5, { ...quota(null, 5), keyId: 'key_2' })).toBe(2);
    expect(await takeMany(5, { ...quota(null, 5), organizationId: 'org_2' })).toBe(5);
  });

  it('of 0 lets nothing pass and asks nobody', async () => {
    const { state, take } = container();
    expect(await take(quota(0, null))).toMatchObject({ allowed: false, code: 'quota_exceeded' });
    expect(state.calls).toBe(0);
  });

  it('loses nothing to requests that the rate limit refuses, nor the other way about', async () => {
    const { table, takeMany } = container();
    const both = { ...limitOf(5), quota: { perKey: 8, perOrganization: null } };
    expect(await takeMany(100, both)).toBe(5);
    expect(await takeMany(100, quota(8, null))).toBe(3);
    expect(table.used('QUOTA#key_1 2026-11')).toBe(8);
    expect(await takeMany(100, limitOf(6))).toBe(1);
  });

  it('is named when it is nearer than the rate limit, and when both refuse', async () => {
    const { take, takeMany } = container();
    expect(await take({ ...limitOf(5), quota: { perKey: 100, perOrganization: 3 } })).toMatchObject({ policy: 'organization-month', limit: 3, remaining: 2 });
    expect(await take({ ...limitOf(5), quota: { perKey: 100, perOrganization: 30 } })).toMatchObject({ policy: 'default', limit: 5, remaining: 3 });
    await takeMany(10);
    expect(await take({ ...limitOf(5), quota: { perKey: 1, perOrganization: null } })).toMatchObject({ code: 'quota_exceeded' });
  });
});
