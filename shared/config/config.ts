import * as z from 'zod';
import { line } from '../text.ts';
import { managementProduct } from './managementProduct.ts';

/** A name in machine form: what ids of plans and products look like. */
const slug = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be 1–40 lower-case letters, digits or dashes, starting with a letter');

/** `noun:verb`, so that a scope survives a space-separated list and a stage variable. */
export const scopePattern = /^[a-z][a-z0-9_.-]{0,39}:[a-z][a-z0-9_.-]{0,39}$/;
const scope = z.string().regex(scopePattern, 'must look like "orders:read"');

const days = z.int().min(1).max(3650);

/** Days before expiry at which a warning goes out. */
export const noticeDays = z.array(z.int().min(1).max(365)).max(10);

/** As a request or a configuration may give them. */
export const distinctNoticeDays = noticeDays.refine((days) => new Set(days).size === days.length, 'must not name a number of days twice');

export const rateLimitSchema = z.strictObject({
  /** Requests that pass in one window. */
  limit: z.int().min(1).max(1_000_000_000),
  /** Length of a fixed window, in seconds. */
  windowSec: z.int().min(1).max(86_400),
});

const quota = z.int().min(0).max(1_000_000_000_000).nullable();

export const planSchema = z.strictObject({
  name: z.string().min(1).max(80),
  /** False: no key may be issued, and existing ones are refused with `plan_lacks_m2m`. */
  machineAccess: z.boolean(),
  /** Keys that are neither revoked nor expired; null for no bound. */
  maxKeys: z.int().min(0).max(1_000_000).nullable(),
  rateLimit: rateLimitSchema.nullable(),
  /** Requests in a calendar month, in UTC; null for no bound. */
  quota: z.strictObject({ perKey: quota, perOrganization: quota }).nullable(),
});

export const productSchema = z.strictObject({
  name: z.string().min(1).max(80),
  /** Scope to what it allows, in the words that an admin reads. */
  scopes: z.record(scope, z.string().min(1).max(200)),
});

export const configSchema = z.strictObject({
  /** Prefix of stack names and of SSM parameters. */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9]{0,19}$/, 'must be 1–20 lower-case letters or digits, starting with a letter')
    .refine((name) => !/^(?:aws|ssm)/.test(name), 'must not begin with "aws" or "ssm", which no SSM parameter may'),
  /** First part of every token. */
  tokenPrefix: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,10}[a-z0-9]$/, 'must be 2–12 lower-case letters or digits, may hold "_", must not end with it'),
  plans: z.record(slug, planSchema),
  products: z.record(slug, productSchema),
  expiry: z.strictObject({
    presetsDays: z.array(days).min(1),
    /** Days that an expired or revoked key stays readable before TTL deletes it. */
    retentionDays: z.int().min(1).max(1825),
  }),
  events: z.strictObject({
    /** Days that an event is kept; what remains stays verifiable. */
    retentionDays: z.int().min(30).max(3650),
  }),
  usage: z.strictObject({
    /** Days that an hour of usage is kept. */
    retentionDays: z.int().min(31).max(3650),
  }),
  /**
   * `strict`: the key is read anew on every request, and a revocation holds on the next one. `boundedStalenessSec`: a
   * container keeps what it has read for so long, for a key that is used more often than a partition can be read.
   */
  consistency: z.union([z.literal('strict'), z.strictObject({ boundedStalenessSec: z.int().min(1).max(300) })]),
  /** What a request gets whose limit cannot be counted because the table `usage` fails. Authentication is never in question. */
  onLimitStoreFailure: z.enum(['allow', 'refuse']),
  monitoring: z.strictObject({
    /** Where alarms are sent, beside the topic that others can subscribe to; null for the topic alone. */
    alarmEmail: z.email().nullable(),
    /** X-Ray traces of the functions and the management API. */
    tracing: z.boolean(),
  }),
  /** Who signs members in. */
  signIn: z.discriminatedUnion('provider', [
    /** A user pool that is deployed with the rest. */
    z.strictObject({ provider: z.literal('cognito') }),
    /** Any OpenID Connect issuer with a discovery document. */
    z.strictObject({
      provider: z.literal('oidc'),
      /** As the tokens' `iss` has it. */
      issuer: z.url({ protocol: /^https?$/ }).refine(isPrivate, 'must be https: what comes over http could be anyone’s (on this machine it may be http)'),
      /** The clients whose access tokens are taken. */
      clientIds: z.array(z.string().min(1)).min(1),
      /** The API's name in the tokens' `aud`, where the issuer writes one. */
      audience: z.string().min(1).optional(),
    }),
  ]),
  /** Who mails come from; null: none are sent. What is due is recorded all the same. */
  mail: z
    .strictObject({
      /** The address in `From`. */
      from: z.email().max(254),
      fromName: line('Name', 80),
      /** `create`: the deployment registers the address with SES, which asks it to confirm. `existing`: it, or its domain, is verified already. */
      identity: z.enum(['create', 'existing']),
      /** BCP 47: how the mails write dates. */
      locale: z.string().refine(isLocale, 'must be a language tag such as "en-GB"'),
      /** Mails to one organization's people in a day, in UTC. What is beyond waits for the next day, put together. */
      maxPerOrganizationPerDay: z.int().min(1).max(1_000_000),
      /** Where an admin finds a key: `{organizationId}` and `{keyId}` are filled in. null: mails name the API alone. */
      keyUrl: z.url({ protocol: /^https?$/ }).refine((url) => url.includes('{keyId}'), 'must hold "{keyId}"').nullable(),
    })
    .nullable(),
  notices: z.strictObject({
    /** `noticeDays` of organizations that name none: days before expiry at which a warning goes out. */
    defaultDays: distinctNoticeDays,
    /** Days without a use after which a key is reported. */
    unusedDays: z.int().min(1).max(3650),
  }),
  bootstrap: z.strictObject({
    organization: z.string().min(1).max(80),
    plan: slug,
    /** Raise it by one to have a further root management key issued at the next deployment. */
    rootKeyGeneration: z.int().min(1).max(99_999_999),
  }),
}).superRefine((config, context) => {
  if (Object.hasOwn(config.products, managementProduct)) {
    context.addIssue({ code: 'custom', path: ['products', managementProduct], message: 'is reserved for management keys' });
  }
  if (config.plans[config.bootstrap.plan]?.machineAccess !== true) {
    context.addIssue({ code: 'custom', path: ['bootstrap', 'plan'], message: 'must name a plan with machineAccess' });
  }
});

/** Over HTTPS, or on this very machine. */
function isPrivate(address: string): boolean {
  if (!URL.canParse(address)) return true; // That is a fault of its own.
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

export type Config = z.infer<typeof configSchema>;
export type Plan = z.infer<typeof planSchema>;
export type Product = z.infer<typeof productSchema>;
export type RateLimit = z.infer<typeof rateLimitSchema>;
