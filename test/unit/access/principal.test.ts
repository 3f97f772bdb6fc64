import { describe, expect, it } from 'vitest';
import { assertMayActIn, hasPermission, toActor } from '../../../shared/access/principal.ts';
import { problemOf } from '../problemOf.ts';
import { samplePrincipal } from '../samples.ts';

const own = 'org_000000000001';
const other = 'org_000000000002';

describe('acting in an organization', () => {
  it.each(['read', 'write'] as const)('is allowed in one’s own, to %s', (intent) => {
    expect(() => assertMayActIn(samplePrincipal({ permissions: [] }), own, intent)).not.toThrow();
  });

  it('is allowed to the operator in any, as far as the permission goes', () => {
    const reader = samplePrincipal({ isOperator: true, permissions: ['organizations:read'] });
    const writer = samplePrincipal({ isOperator: true, permissions: ['organizations:write'] });
    expect(() => assertMayActIn(reader, other, 'read')).not.toThrow();
    expect(() => assertMayActIn(writer, other, 'write')).not.toThrow();
    expect(problemOf(() => assertMayActIn(reader, other, 'write')).code).toBe('not_found');
    expect(problemOf(() => assertMayActIn(writer, other, 'read')).code).toBe('not_found');
  });

  it.each(['read', 'write'] as const)('is a 404 to everyone else who would %s, whatever permissions their key carries', (intent) => {
    const stranger = samplePrincipal({ permissions: ['organizations:read', 'organizations:write'] });
    expect(problemOf(() => assertMayActIn(stranger, other, intent)).code).toBe('not_found');
    expect(problemOf(() => assertMayActIn(stranger, '', intent)).code).toBe('not_found');
  });
});

describe('a principal', () => {
  it('holds a permission or does not', () => {
    expect(hasPermission(samplePrincipal(), 'keys:read')).toBe(true);
    expect(hasPermission(samplePrincipal(), 'events:read')).toBe(false);
  });

  it('is named in events by type, id and name', () => {
    expect(toActor(samplePrincipal())).toEqual({ type: 'management_key', id: 'key_admin0000001', name: 'Zoë' });
  });
});
