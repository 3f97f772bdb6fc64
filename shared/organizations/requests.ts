import * as z from 'zod';
import { someChange } from '../api/someChange.ts';
import { distinctNoticeDays } from '../config/config.ts';
import { emailAddress } from '../emailAddress.ts';
import { line } from '../text.ts';
import { organizationStatuses, policySchema, quietHours } from './organization.ts';

const name = line('Name', 80);

const plan = z.string().min(1).max(40);
const products = z
  .array(z.string().min(1).max(40))
  .max(100)
  .refine((list) => new Set(list).size === list.length, 'must not name a product twice');

/** Fields left out of a policy stay as they are, those of `mailOn` too. */
const policyChange = policySchema
  .partial()
  .extend({
    mailOn: policySchema.shape.mailOn.partial().optional(),
    noticeDays: distinctNoticeDays.optional(),
    noticeEmails: z.array(emailAddress).max(20).optional(),
    // Without its default: what a change leaves out stays as it is.
    rotationQuietHours: quietHours.optional(),
  })
  .meta({ id: 'PolicyChange' });

export const createOrganizationRequest = z
  .strictObject({
    name,
    plan: plan.optional(),
    products: products.optional(),
    status: z.enum(['pending', 'approved']).optional(),
    policy: policyChange.optional(),
  })
  .meta({ id: 'CreateOrganizationRequest' });

export const updateOrganizationRequest = someChange(
  z.strictObject({
    name: name.optional(),
    status: z.enum(organizationStatuses).optional(),
    plan: plan.optional(),
    products: products.optional(),
    policy: policyChange.optional(),
  }),
).meta({ id: 'UpdateOrganizationRequest' });

export type CreateOrganizationRequest = z.infer<typeof createOrganizationRequest>;
export type UpdateOrganizationRequest = z.infer<typeof updateOrganizationRequest>;
export type PolicyChange = z.infer<typeof policyChange>;
