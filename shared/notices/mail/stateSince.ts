import type { NoticeKind, NoticeLine } from '../notice.ts';
import type { Fact } from './describeLine.ts';

/** What else has become of the key since, where the rest of the line does not say so. */
export function stateSince(kind: NoticeKind, { active, revocationReason }: NoticeLine['key']): Fact[] {
  if (revocationReason !== null) return kind === 'revoked' ? [] : [{ label: 'Now', value: 'revoked' }];
  return active || kind === 'deactivated' || kind === 'expiring' ? [] : [{ label: 'Now', value: 'inactive' }];
}

/** What is said instead of a key that was switched off, or revoked, before the mail was made; null where the rest still holds. */
export function effectNow(kind: NoticeKind, { active, revocationReason }: NoticeLine['key']): string | null {
  if (revocationReason !== null && kind !== 'revoked') return 'It has been revoked since: requests with it are refused with 401, for good.';
  const saysThatItWorks = ['created', 'rotation_due', 'still_in_use', 'unused'].includes(kind);
  return saysThatItWorks && !active ? 'It is inactive: requests with it are refused with 401 until it is activated.' : null;
}
