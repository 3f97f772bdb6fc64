import * as z from 'zod';

/** A mail that arrived. */
export const mailMessage = z.object({
  /** The id that SES answered its sender with. */
  id: z.string(),
  /** ISO 8601, the platform's time. */
  at: z.iso.datetime(),
  /** `Name <address>`, as the sender wrote it. */
  from: z.string(),
  to: z.array(z.string()),
  subject: z.string(),
  text: z.string().nullable(),
  html: z.string().nullable(),
  /** Name → value; a name that comes twice has its values joined by commas. */
  headers: z.record(z.string(), z.string()),
});
export type MailMessage = Readonly<z.infer<typeof mailMessage>>;
