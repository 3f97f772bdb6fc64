import { viewMember } from '../../../shared/members/member.ts';
import { etagOf } from '../../http/etag.ts';
import type { RouteHandler } from '../../http/request.ts';
import { loadMember } from './load.ts';

/** `GET …/members/{memberId}`. */
export const getMember: RouteHandler<'getMember'> = async ({ params }) => {
  const member = await loadMember(params);
  return { status: 200, body: viewMember(member), headers: { ETag: etagOf(member) } };
};
