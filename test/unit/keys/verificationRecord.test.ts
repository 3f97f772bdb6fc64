import { describe, expect, it } from 'vitest';
import { parseOrganizationState, parseVerificationRecord } from '../../../shared/keys/verificationRecord.ts';
import { sampleKey, sampleOrganization, sampleVerificationRecord } from '../samples.ts';

describe('a stored key', () => {
  it('is read as the part that a verification looks at', () => {
    expect(parseVerificationRecord({ pk: 'KEY#x', sk: 'KEY', ...sampleKey() })).toEqual(sampleVerificationRecord());
    const rateLimit = { limit: 10, windowSec: 60 };
    expect(parseVerificationRecord({ ...sampleKey({ rateLimit, allowedIps: ['192.0.2.0/24'], expiresAt: null }) })).toMatchObject({
      rateLimit: { limit: 10, windowSec: 60 },
      allowedIps: ['192.0.2.0/24'],
      expiresAt: null,
    });
  });

  const fields = [
    'id', 'name', 'organizationId', 'product', 'environment', 'scopes', 'expiresAt', 'revokedAt', 'allowedIps', 'rateLimit', 'tokenHash', 'pepperVersion',
  ];

  it.each(fields)('throws when %s is absent: a damaged record is a refusal', (field) => {
    expect(() => parseVerificationRecord({ ...sampleKey(), [field]: undefined })).toThrow(`The stored record has no readable "${field}".`);
  });

  it.each(fields)('throws when %s is of another type', (field) => {
    expect(() => parseVerificationRecord({ ...sampleKey(), [field]: 5 })).toThrow(`The stored record has no readable "${field}".`);
  });

  it.each([
    ['scopes', ['orders:read', null]],
    ['allowedIps', [1]],
    ['rateLimit', { limit: 1 }],
    ['rateLimit', { limit: '1', windowSec: 60 }],
  ])('throws when %s holds %j', (field, value) => {
    expect(() => parseVerificationRecord({ ...sampleKey(), [field]: value })).toThrow(`The stored record has no readable "${field}".`);
  });

  it.each([undefined, null, 'true', 1])('is active only where it says true, not %j', (active) => {
    expect(parseVerificationRecord({ ...sampleKey(), active }).active).toBe(false);
  });
});

describe('a stored organization', () => {
  it('is read as the part that a verification looks at', () => {
    expect(parseOrganizationState({ ...sampleOrganization() })).toEqual({
      id: 'org_000000000001', status: 'approved', plan: 'team', products: ['orders'], isOperator: false,
    });
  });

  it.each(['id', 'status', 'plan', 'products'])('throws when %s is absent', (field) => {
    expect(() => parseOrganizationState({ ...sampleOrganization(), [field]: undefined })).toThrow(
      `The stored record has no readable "${field}".`,
    );
  });

  it('is the operator’s only where it says true', () => {
    expect(parseOrganizationState({ ...sampleOrganization(), isOperator: 'true' }).isOperator).toBe(false);
  });
});
