import { serve } from '../../http.ts';
import { getKeyUsage } from './getKeyUsage.ts';
import { getOrganizationUsage } from './getOrganizationUsage.ts';
import { getRotation } from './getRotation.ts';

export const handler = serve<'usage'>({ getOrganizationUsage, getKeyUsage, getRotation });
