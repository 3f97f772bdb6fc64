import { serve } from '../../http.ts';
import { getMember } from './get.ts';
import { inviteMember } from './invite.ts';
import { listMembers } from './list.ts';
import { removeMember } from './remove.ts';
import { resetPin } from './resetPin.ts';
import { deleteRole, getRole, listRoles, putRole } from './roles.ts';
import { setPin } from './setPin.ts';
import { updateMember } from './update.ts';
import { verifyPin } from './verifyPin.ts';

export const handler = serve<'members'>({
  listMembers,
  inviteMember,
  getMember,
  updateMember,
  removeMember,
  resetPin,
  listRoles,
  getRole,
  putRole,
  deleteRole,
  setPin,
  verifyPin,
});
