import { serve } from '../../http.ts';
import { createOrganization } from './create.ts';
import { getOrganization } from './get.ts';
import { listOrganizations } from './list.ts';
import { updateOrganization } from './update.ts';

export const handler = serve<'organizations'>({ createOrganization, listOrganizations, getOrganization, updateOrganization });
