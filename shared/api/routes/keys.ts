import * as z from 'zod';
import { limitCodes } from '../../limits/policy.ts';
import { authenticationRefusals, permissionRefusals } from '../../keys/decide.ts';
import { keySchema } from '../../keys/key.ts';
import { listKeysQuery } from '../../keys/listQuery.ts';
import {
  issueKeyRequest,
  issuedKeySchema,
  revokeKeyRequest,
  rotateKeyRequest,
  updateKeyRequest,
  verifyTokenRequest,
} from '../../keys/requests.ts';
import { pageOf } from '../paging.ts';
import type { Route } from '../route.ts';
import { idempotencyHeaders, ifMatchHeaders } from './headers.ts';

const verificationSchema = z
  .strictObject({
    valid: z.boolean(),
    /** Null for a valid token. */
    code: z.enum([...authenticationRefusals, ...permissionRefusals, ...limitCodes]).nullable(),
    key: keySchema.optional(),
  })
  .meta({ id: 'Verification' });

const keys = '/organizations/{organizationId}/keys';
const issuingProblems = [
  'organization_suspended',
  'organization_not_approved',
  'plan_lacks_m2m',
  'product_not_enabled',
  'expiry_not_allowed',
  'scope_not_held',
] as const;

/** The life of a key. */
export const keyRoutes = {
  issueKey: {
    method: 'POST',
    path: keys,
    function: 'keys',
    permission: 'keys:write',
    isSensitive: true,
    summary: 'Issue a key',
    description: 'The token is in this answer and in no other. With `Idempotency-Key`, a retry answers the same key without it.',
    headers: idempotencyHeaders,
    body: issueKeyRequest,
    responses: { 201: { description: 'The key and its token', schema: issuedKeySchema, headers: ['Location', 'Idempotent-Replayed'] } },
    problems: [...issuingProblems, 'key_limit_reached', 'idempotency_key_reused', 'request_in_progress'],
    access: { reads: ['organizations', 'keys', 'places', 'events', 'idempotency', 'stepUps'], writes: ['keys', 'places', 'events', 'idempotency'], checks: ['organizations'], pepper: true },
  },
  listKeys: {
    method: 'GET',
    path: keys,
    function: 'keys',
    permission: 'keys:read',
    summary: 'List keys, newest first',
    description:
      'Filters combine. A page may hold fewer items than `limit`, even none, while `nextCursor` is not null: filters are applied to a bounded number of keys a page. A key issued a moment ago may be missing for a second.',
    query: listKeysQuery,
    responses: { 200: { description: 'A page of keys', schema: pageOf(keySchema) } },
    problems: ['invalid_cursor'],
    access: { reads: ['organizations', 'keys'], readsUsage: ['lastUses'] },
  },
  getKey: {
    method: 'GET',
    path: `${keys}/{keyId}`,
    function: 'keys',
    permission: 'keys:read',
    summary: 'Read a key',
    responses: { 200: { description: 'The key; its version is the ETag', schema: keySchema, headers: ['ETag'] } },
    problems: [],
    access: { reads: ['keys'], readsUsage: ['lastUses'] },
  },
  updateKey: {
    method: 'PATCH',
    path: `${keys}/{keyId}`,
    function: 'keys',
    permission: 'keys:write',
    summary: 'Change a key',
    description: 'Fields left out stay; null clears. `If-Match` with the version that was read guards against overwriting.',
    headers: ifMatchHeaders,
    body: updateKeyRequest,
    responses: { 200: { description: 'The key as it is now', schema: keySchema, headers: ['ETag'] } },
    problems: ['expiry_not_allowed', 'scope_not_held', 'key_limit_reached', 'key_revoked', 'version_mismatch', 'request_in_progress'],
    access: { reads: ['organizations', 'keys', 'places', 'events'], writes: ['keys', 'places', 'events'], checks: ['organizations'], readsUsage: ['lastUses'] },
  },
  rotateKey: {
    method: 'POST',
    path: `${keys}/{keyId}/rotate`,
    function: 'keys',
    permission: 'keys:write',
    isSensitive: true,
    summary: 'Replace a key by a successor with the same settings',
    description: 'The old key works on for `gracePeriodHours` (24; 0 ends it at once). `Idempotency-Key` as at issuing.',
    headers: idempotencyHeaders,
    body: rotateKeyRequest,
    bodyOptional: true,
    responses: { 201: { description: 'The successor and its token', schema: issuedKeySchema, headers: ['Location', 'Idempotent-Replayed'] } },
    problems: [...issuingProblems, 'key_limit_reached', 'key_revoked', 'key_expired', 'key_already_rotated', 'idempotency_key_reused', 'request_in_progress'],
    access: { reads: ['organizations', 'keys', 'places', 'events', 'idempotency', 'stepUps'], writes: ['keys', 'places', 'events', 'idempotency'], checks: ['organizations'], pepper: true },
  },
  revokeKey: {
    method: 'POST',
    path: `${keys}/{keyId}/revoke`,
    function: 'keys',
    permission: 'keys:revoke',
    isSensitive: true,
    summary: 'Revoke a key, at once and for good',
    description: 'Once this has answered, no later request passes with the key. Repeating it changes nothing.',
    body: revokeKeyRequest,
    responses: { 200: { description: 'The revoked key', schema: keySchema, headers: ['ETag'] } },
    problems: ['request_in_progress'],
    access: { reads: ['keys', 'events', 'organizations', 'stepUps'], writes: ['keys', 'places', 'events'], readsUsage: ['lastUses'] },
  },
  verifyToken: {
    method: 'POST',
    path: '/keys/verify',
    function: 'keys',
    permission: 'keys:verify',
    summary: 'Verify a token, for services that are not behind API Gateway',
    description: 'Always 200. Another organization’s token is `unknown_key`, unless the caller belongs to the operator.',
    body: verifyTokenRequest,
    takesToken: true,
    responses: { 200: { description: 'Whether it is valid, and why not', schema: verificationSchema } },
    problems: [],
    access: { reads: ['keys', 'organizations'], pepper: true, readsUsage: ['lastUses'], takesLimits: true },
  },
} as const satisfies Record<string, Route>;
