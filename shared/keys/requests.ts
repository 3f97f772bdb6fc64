import * as z from 'zod';
import { isAddressRange } from '../access/addresses.ts';
import { someChange } from '../api/someChange.ts';
import { rateLimitSchema, scopePattern } from '../config/config.ts';
import { emailAddress } from '../emailAddress.ts';
import { line } from '../text.ts';
import { anyTimestamp } from '../time.ts';
import { keySchema, revocationReasons } from './key.ts';
import { environments } from './token.ts';

const maxTags = 50;

const scopes = z
  .array(z.string().regex(scopePattern, 'must look like "orders:read"'))
  .max(100)
  .refine((list) => new Set(list).size === list.length, 'must not name a scope twice');

const owner = z
  .strictObject({
    name: line('Owner name', 80).nullish(),
    email: emailAddress.nullish(),
  })
  .transform(({ name, email }) => ({ name: name ?? null, email: email ?? null }));

const tags = z
  .record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1–64 letters, digits, ".", "_" or "-", starting with a letter or digit'), line('Tag value', 256))
  .refine((all) => Object.keys(all).length <= maxTags, `must be at most ${maxTags} tags`);

const allowedIps = z
  .array(z.string().refine(isAddressRange, 'must be an IPv4 or IPv6 address or range such as "192.0.2.0/24"'))
  .min(1, 'must name at least one address; leave it out to allow all')
  .max(50);

/** Text of several lines; half a surrogate pair has no UTF-8 and could not be stored. */
const prose = z
  .string()
  .max(1000)
  .refine((text) => text.isWellFormed(), 'must be well-formed text');

/** The three ways to say when a key expires; at most one of them. */
const expiryFields = {
  expiresInDays: z.int().min(1).max(3650).optional(),
  expiresAt: anyTimestamp.optional(),
  neverExpires: z.literal(true).optional(),
};

export type ExpiryChoice = {
  expiresInDays?: number | undefined;
  expiresAt?: string | undefined;
  neverExpires?: true | undefined;
};

function atMostOneExpiry(choice: ExpiryChoice): boolean {
  return [choice.expiresInDays, choice.expiresAt, choice.neverExpires].filter((given) => given !== undefined).length <= 1;
}

const oneExpiry = { error: 'Give one of expiresInDays, expiresAt and neverExpires.', path: ['expiresAt'] };

export const issueKeyRequest = z
  .strictObject({
    name: line('Name', 80),
    description: prose.nullish(),
    product: z.string().min(1).max(40),
    environment: z.enum(environments),
    scopes,
    ...expiryFields,
    active: z.boolean().optional(),
    owner: owner.nullish(),
    tags: tags.optional(),
    rotateBy: anyTimestamp.nullish(),
    allowedIps: allowedIps.nullish(),
    rateLimit: rateLimitSchema.nullish(),
  })
  .refine(atMostOneExpiry, oneExpiry)
  .meta({ id: 'IssueKeyRequest' });

export const updateKeyRequest = someChange(
  z
    .strictObject({
      name: line('Name', 80).optional(),
      description: prose.nullish(),
      scopes: scopes.optional(),
      active: z.boolean().optional(),
      ...expiryFields,
      owner: owner.nullish(),
      tags: tags.nullish(),
      rotateBy: anyTimestamp.nullish(),
      allowedIps: allowedIps.nullish(),
      rateLimit: rateLimitSchema.nullish(),
    })
    .refine(atMostOneExpiry, oneExpiry),
).meta({ id: 'UpdateKeyRequest' });

export const rotateKeyRequest = z
  .strictObject({
    /** Hours that the old key goes on working; 0 ends it at once. */
    gracePeriodHours: z.int().min(0).max(720).optional(),
    /**
     * Revokes the old key once its successor is in use and it has not been used for the policy's `rotationQuietHours`. It
     * keeps its expiry; where it is still in use when the grace ends, a warning goes out.
     */
    autoRevoke: z.boolean().optional(),
    ...expiryFields,
  })
  .refine(atMostOneExpiry, oneExpiry)
  .meta({ id: 'RotateKeyRequest' });

export const revokeKeyRequest = z
  .strictObject({
    reason: z.enum(revocationReasons),
    comment: prose.nullish(),
  })
  .meta({ id: 'RevokeKeyRequest' });

export const verifyTokenRequest = z
  .strictObject({
    token: z.string().max(1000),
    product: z.string().max(40).optional(),
    scopes: z.array(z.string().max(81)).max(100).optional(),
    ip: z.union([z.ipv4(), z.ipv6()], 'must be an IPv4 or IPv6 address').optional(),
  })
  .meta({ id: 'VerifyTokenRequest' });

export const issuedKeySchema = z
  .strictObject({
    key: keySchema,
    /** The secret, this once; null in the answer to a retry. */
    token: z.string().nullable(),
    /** Why `token` is null. */
    tokenWithheld: z.string().optional(),
  })
  .meta({ id: 'IssuedKey' });

export type IssueKeyRequest = z.infer<typeof issueKeyRequest>;
export type UpdateKeyRequest = z.infer<typeof updateKeyRequest>;
export type RotateKeyRequest = z.infer<typeof rotateKeyRequest>;
export type RevokeKeyRequest = z.infer<typeof revokeKeyRequest>;
export type VerifyTokenRequest = z.infer<typeof verifyTokenRequest>;
export type IssuedKey = z.infer<typeof issuedKeySchema>;
