import { serve } from '../../http.ts';
import { catalog } from './catalog.ts';
import { openapi } from './openapi.ts';
import { whoami } from './whoami.ts';

export const handler = serve<'meta'>({ whoami, catalog, openapi });
