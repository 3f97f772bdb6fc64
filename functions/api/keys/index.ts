import { serve } from '../../http.ts';
import { getKey } from './get.ts';
import { issueKey } from './issue.ts';
import { listKeys } from './list.ts';
import { revokeKey } from './revoke.ts';
import { rotateKey } from './rotate.ts';
import { updateKey } from './update.ts';
import { verifyToken } from './verify.ts';

export const handler = serve<'keys'>({ issueKey, listKeys, getKey, updateKey, rotateKey, revokeKey, verifyToken });
