import * as z from 'zod';
import { timestamp } from '../time.ts';

// The value is not repeated in the message: it may be a real PIN with a typing error.
const pin = z.string({ error: 'must be a text of 6 digits' }).regex(/^[0-9]{6}$/, 'must be 6 digits');

export const setPinRequest = z.strictObject({ pin, currentPin: pin.optional() }).meta({ id: 'SetPinRequest' });
export const verifyPinRequest = z.strictObject({ pin }).meta({ id: 'VerifyPinRequest' });

export const stepUpSchema = z
  .strictObject({
    /** Sent as `X-Step-Up`; good for the member, the organization and the sign-in that it was given to. */
    stepUpToken: z.string(),
    expiresAt: timestamp,
  })
  .meta({ id: 'StepUp' });
