import { describe, expect, it } from 'vitest';
import { invalidField } from '../../../shared/errors/invalidField.ts';
import { notFound, Problem, problemDocument, problems } from '../../../shared/errors/problems.ts';

describe('the catalogue of problems', () => {
  it('gives each code its status, which clients rely on', () => {
    expect(Object.fromEntries(Object.entries(problems).map(([code, { status }]) => [code, status]))).toEqual({
      invalid_request: 400,
      invalid_json: 400,
      invalid_cursor: 400,
      unauthorized: 401,
      missing_permission: 403,
      insufficient_scope: 403,
      wrong_product: 403,
      wrong_environment: 403,
      ip_not_allowed: 403,
      organization_suspended: 403,
      organization_not_approved: 403,
      plan_lacks_m2m: 403,
      product_not_enabled: 403,
      key_limit_reached: 403,
      expiry_not_allowed: 403,
      scope_not_held: 403,
      not_found: 404,
      method_not_allowed: 405,
      key_revoked: 409,
      key_expired: 409,
      key_already_rotated: 409,
      request_in_progress: 409,
      version_mismatch: 412,
      body_too_large: 413,
      unsupported_media_type: 415,
      idempotency_key_reused: 422,
      rate_limited: 429,
      quota_exceeded: 429,
      not_a_member: 403,
      members_only: 403,
      step_up_required: 403,
      wrong_pin: 403,
      pin_locked: 403,
      pin_not_set: 409,
      member_exists: 409,
      last_superadmin: 409,
      role_built_in: 409,
      role_in_use: 409,
      status_not_reachable: 409,
      internal_error: 500,
      bad_gateway: 502,
      unavailable: 503,
      gateway_timeout: 504,
    });
  });

  it('has titles that a gateway can put into JSON as they are', () => {
    for (const { title } of Object.values(problems)) expect(title).toMatch(/^[A-Z][a-z A-Z-]+$/);
  });
});

describe('a problem document', () => {
  it('has the members of RFC 9457, the code and the extras', () => {
    const problem = new Problem('scope_not_held', 'You do not hold keys:write.', { extras: { missing: ['keys:write'] } });
    expect(problemDocument(problem, 'urn:x:1')).toEqual({
      type: 'https://gatewarden.dev/errors/scope_not_held',
      title: 'Nobody can grant what they do not hold',
      status: 403,
      detail: 'You do not hold keys:write.',
      code: 'scope_not_held',
      instance: 'urn:x:1',
      missing: ['keys:write'],
    });
  });

  it('says nothing of its cause', () => {
    const problem = new Problem('internal_error', 'Something went wrong.', { cause: new Error('password=hunter2') });
    expect(JSON.stringify(problemDocument(problem, 'urn:x:1'))).not.toContain('hunter2');
  });

  it('of one invalid field names it', () => {
    expect(problemDocument(invalidField('scopes[1]', 'Scope must be known.'), 'urn:x:1')).toMatchObject({
      status: 400,
      detail: 'The request is invalid: scopes[1].',
      errors: [{ path: 'scopes[1]', message: 'Scope must be known.' }],
    });
  });

  it('is the same for what is not there and what may not be seen', () => {
    expect(problemDocument(notFound(), 'urn:x:1')).toEqual({
      type: 'https://gatewarden.dev/errors/not_found',
      title: 'Not found',
      status: 404,
      detail: 'There is nothing here, or nothing that you may see.',
      code: 'not_found',
      instance: 'urn:x:1',
    });
  });
});
