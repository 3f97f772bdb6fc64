import { serve } from '../../http.ts';
import { listCheckpoints } from './checkpoints.ts';
import { listEvents, listKeyEvents } from './list.ts';

export const handler = serve<'events'>({ listEvents, listKeyEvents, listCheckpoints });
