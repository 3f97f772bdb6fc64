import * as z from 'zod';

// CloudFormation hands every number and boolean over as text.
const propertiesSchema = z.object({
  organizationName: z.string().min(1),
  plan: z.string().min(1),
  products: z.array(z.string()),
  rootKeyGeneration: z.coerce.number().int().min(1),
});

export type BootstrapProperties = z.infer<typeof propertiesSchema>;

export function readProperties(properties: unknown): BootstrapProperties {
  return propertiesSchema.parse(properties);
}
