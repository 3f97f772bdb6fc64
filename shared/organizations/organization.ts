import * as z from 'zod';
import { noticeDays } from '../config/config.ts';
import { suppressionSchema } from '../notices/suppressions.ts';
import { timestamp } from '../time.ts';

export const organizationStatuses = ['pending', 'approved', 'suspended'] as const;

const lifetimeDays = z.int().min(1).max(3650);

export const quietHours = z.int().min(1).max(720);

export const policySchema = z
  .strictObject({
    /** Days that a key lives when its issue names no expiry. */
    defaultKeyLifetimeDays: lifetimeDays,
    /** Longest life of a key, in days from the moment that its expiry is set; null for no bound. */
    maxKeyLifetimeDays: lifetimeDays.nullable(),
    allowNeverExpires: z.boolean(),
    requirePin: z.boolean(),
    /** Days before expiry at which a warning goes out. */
    noticeDays,
    /** Hours that a rotated key must not have been used before it counts as no longer needed. */
    rotationQuietHours: quietHours.default(24),
    noticeEmails: z.array(z.email()).max(20),
    /** IANA name; dates in mails are written in it. */
    timeZone: z.string().refine(isTimeZone, 'must be an IANA time zone such as "Europe/Berlin"'),
    mailOn: z.strictObject({
      created: z.boolean(),
      rotated: z.boolean(),
      revoked: z.boolean(),
      deactivated: z.boolean(),
      expiring: z.boolean(),
    }),
  })
  .meta({ id: 'Policy' });

/** A tenant. Its keys belong to it, not to the person who made them. */
export const organizationSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    status: z.enum(organizationStatuses),
    plan: z.string(),
    products: z.array(z.string()),
    policy: policySchema,
    createdAt: timestamp,
    updatedAt: timestamp,
    version: z.int(),
    /** Those of `policy.noticeEmails` that get no more mails, and why. */
    suppressedEmails: z.array(suppressionSchema),
  })
  .meta({ id: 'Organization' });

export type Policy = z.infer<typeof policySchema>;
export type Organization = z.infer<typeof organizationSchema>;

/** What the store keeps: all that the API shows but what follows from other records, and more. */
export interface StoredOrganization extends Omit<Organization, 'suppressedEmails'> {
  /** Whether its principals may act for the whole deployment. */
  readonly isOperator: boolean;
}

export const defaultPolicy: Policy = {
  defaultKeyLifetimeDays: 90,
  maxKeyLifetimeDays: 365,
  allowNeverExpires: false,
  requirePin: false,
  noticeDays: [30, 14, 7, 1],
  rotationQuietHours: 24,
  noticeEmails: [],
  timeZone: 'UTC',
  mailOn: { created: true, rotated: true, revoked: true, deactivated: true, expiring: true },
};

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
