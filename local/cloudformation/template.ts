import * as z from 'zod';

const record = z.record(z.string(), z.unknown());

const resource = z.object({
  Type: z.string(),
  Properties: record.default({}),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
  Condition: z.string().optional(),
  Metadata: record.default({}),
});
export type TemplateResource = z.infer<typeof resource>;

const output = z.object({
  Value: z.unknown(),
  Condition: z.string().optional(),
  Export: z.object({ Name: z.unknown() }).optional(),
});

const parameter = z.object({ Type: z.string(), Default: z.unknown().optional() });
export type TemplateParameter = z.infer<typeof parameter>;

export const templateSchema = z.object({
  Parameters: z.record(z.string(), parameter).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), record)).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), output).default({}),
});
export type Template = z.infer<typeof templateSchema>;
