import * as z from 'zod';

/** Name of a role: what a path can hold. */
export const roleName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be 1–40 lower-case letters, digits or dashes, starting with a letter');

export const roleSchema = z
  .strictObject({
    name: z.string(),
    builtIn: z.boolean(),
    permissions: z.array(z.string()),
  })
  .meta({ id: 'Role' });

export const putRoleRequest = z
  .strictObject({
    permissions: z
      .array(z.string().max(60))
      .max(50)
      .refine((list) => new Set(list).size === list.length, 'must not name a permission twice'),
  })
  .meta({ id: 'PutRoleRequest' });

export type Role = z.infer<typeof roleSchema>;
export type PutRoleRequest = z.infer<typeof putRoleRequest>;
