import * as z from 'zod';
import { actorSchema } from '../keys/key.ts';
import { timestamp } from '../time.ts';

export const eventTypes = [
  'key.created',
  'key.updated',
  'key.deactivated',
  'key.activated',
  'key.rotated',
  'key.revoked',
  'key.expiring',
  'key.expired',
  'key.rotation_due',
  'key.still_in_use',
  'key.unused',
  'key.purged',
  'organization.created',
  'organization.updated',
  'organization.approved',
  'organization.suspended',
  'member.invited',
  'member.joined',
  'member.updated',
  'member.removed',
  'member.pin_set',
  'member.pin_reset',
  'member.pin_locked',
  'role.created',
  'role.updated',
  'role.removed',
] as const;

export type EventType = (typeof eventTypes)[number];

export const changeSchema = z.strictObject({ field: z.string(), from: z.json(), to: z.json() }).meta({ id: 'Change' });

/** The immutable record of one change. */
export const eventSchema = z
  .strictObject({
    id: z.string(),
    organizationId: z.string(),
    /** 1 for the first event of an organization, without gaps. */
    sequence: z.int().min(1),
    type: z.enum(eventTypes),
    at: timestamp,
    actor: actorSchema,
    keyId: z.string().optional(),
    changes: z.array(changeSchema).optional(),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    requestId: z.string().nullable(),
    /** `hash` of the event before; 64 zeros for the first. */
    previousHash: z.string(),
    /** SHA-256 in hex over the canonical JSON (RFC 8785) of all other fields. */
    hash: z.string(),
  })
  .meta({ id: 'Event' });

export type GatewardenEvent = z.infer<typeof eventSchema>;
export type Change = z.infer<typeof changeSchema>;

/** Who asked for a change, and how they came. */
export interface ChangeContext {
  readonly actor: GatewardenEvent['actor'];
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
}

/** What a change says of itself; the chain adds the rest. */
export interface EventDraft {
  readonly type: EventType;
  readonly keyId?: string;
  readonly changes?: readonly Change[];
}
