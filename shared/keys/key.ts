import * as z from 'zod';
import { rateLimitSchema } from '../config/config.ts';
import { timestamp } from '../time.ts';
import { environments } from './token.ts';

export const keyStatuses = ['active', 'inactive', 'expired', 'revoked'] as const;
export const revocationReasons = [
  'compromised',
  'retired',
  'shared_incorrectly',
  'ownership_changed',
  'superseded',
  'other',
] as const;

export const actorSchema = z
  .strictObject({
    type: z.enum(['management_key', 'member', 'system']),
    id: z.string(),
    name: z.string(),
  })
  .meta({ id: 'Actor' });

export const ownerSchema = z
  .strictObject({ name: z.string().min(1).max(80).nullable(), email: z.email().max(254).nullable() })
  .meta({ id: 'Owner' });

/** A key as the API shows it. There is no field for its token or its hash. */
export const keySchema = z
  .strictObject({
    id: z.string().meta({ example: 'key_4f8KmQ2xT7Zb' }),
    organizationId: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    product: z.string(),
    environment: z.enum(environments),
    scopes: z.array(z.string()),
    status: z.enum(keyStatuses),
    active: z.boolean(),
    maskedToken: z.string().meta({ example: 'gw_live_4f8K…x9Zb' }),
    owner: ownerSchema.nullable(),
    tags: z.record(z.string(), z.string()),
    createdAt: timestamp,
    createdBy: actorSchema,
    updatedAt: timestamp,
    version: z.int(),
    expiresAt: timestamp.nullable(),
    rotateBy: timestamp.nullable(),
    lastUsedAt: timestamp.nullable(),
    allowedIps: z.array(z.string()).nullable(),
    rateLimit: rateLimitSchema.nullable(),
    replaces: z.string().nullable(),
    replacedBy: z.string().nullable(),
    revokedAt: timestamp.nullable(),
    revokedBy: actorSchema.nullable(),
    revocationReason: z.enum(revocationReasons).nullable(),
  })
  .meta({ id: 'Key' });

export type Key = z.infer<typeof keySchema>;
export type Actor = z.infer<typeof actorSchema>;
export type RevocationReason = (typeof revocationReasons)[number];

/** The record: what is kept, status apart, which follows from it and the time. */
export const keyRecordSchema = keySchema.omit({ status: true, lastUsedAt: true }).extend({
  revocationComment: z.string().nullable(),
  tokenHash: z.string(),
  pepperVersion: z.string(),
  /** When `expiresAt` was given: no warning is due that would have lain before. null: with the key. */
  expirySetAt: timestamp.nullable().default(null),
  /**
   * Of a key that was rotated and is to be revoked once nobody uses it: until when it may be in use without a warning.
   * null: it ends with its grace.
   */
  graceEndsAt: timestamp.nullable().default(null),
  /** The first key of its line of rotations: they share its limits. null: the key itself. */
  limitedAs: z.string().nullable().default(null),
  /** Whether it holds one of its plan's places: see `store.ts`. */
  countsTowardPlan: z.boolean(),
});

export type KeyRecord = z.infer<typeof keyRecordSchema>;
