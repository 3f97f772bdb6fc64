import type { NoticeKind, NoticeLine } from '../notice.ts';
import type { Calendar } from './calendar.ts';
import type { Calls } from './calls.ts';
import { oneLine } from './oneLine.ts';
import { effectNow, stateSince } from './stateSince.ts';

/** One key as a mail shows it, in plain text: each field is one line, made safe by `oneLine`. */
export interface LineView {
  readonly name: string;
  readonly keyId: string;
  readonly maskedToken: string;
  /** When, and by whom. */
  readonly news: readonly Fact[];
  /** What breaks, or what has changed: it follows the news and speaks of their date. */
  readonly effect: string;
  /** Which key it is: product, owner, last use. */
  readonly about: readonly Fact[];
  /** What can be done about it, and the call that does it. */
  readonly steps: readonly { readonly does: string; readonly call: string }[];
  readonly page: string | null;
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

interface Told {
  readonly line: NoticeLine;
  readonly calendar: Calendar;
  readonly calls: Calls;
  /** Days that a renewal proposes. */
  readonly renewalDays: number;
}

type Wording = Pick<LineView, 'news' | 'effect' | 'steps'>;

const wordings: Readonly<Record<NoticeKind, (told: Told) => Wording>> = {
  expired,
  expiring,
  still_in_use: stillInUse,
  rotation_due: rotationDue,
  unused,
  created,
  rotated,
  revoked,
  deactivated,
};

export function describeLine(kind: NoticeKind, told: Told): LineView {
  const { key } = told.line;
  const { news, effect, steps } = wordings[kind](told);
  return {
    name: oneLine(key.name),
    keyId: oneLine(key.id),
    maskedToken: oneLine(key.maskedToken),
    news,
    effect: effectNow(kind, key) ?? effect,
    about: about(kind, told),
    steps: key.revocationReason === null || kind === 'revoked' ? steps : [],
    page: told.calls.page(key.id),
  };
}

function expired(told: Told): Wording {
  const { id, replacedBy } = told.line.key;
  return {
    news: [dated('Expired', told)],
    effect:
      replacedBy === null
        ? 'Requests with this key have been refused since then with 401.'
        : `Requests with this key have been refused since then with 401; its successor ${oneLine(replacedBy)} is what to use.`,
    steps: replacedBy === null ? [{ does: 'Renew it', call: told.calls.update(id, { expiresInDays: told.renewalDays }) }] : [],
  };
}

function expiring(told: Told): Wording {
  const { id, active, replacedBy } = told.line.key;
  const refused = active
    ? 'Requests with this key are refused from then on with 401.'
    : 'This key is inactive: requests with it are refused with 401 already, and still are after that date.';
  return {
    news: [dated('Expires', told)],
    effect: replacedBy === null ? refused : `${refused} ${superseded(replacedBy)}`,
    steps: replacedBy === null ? [{ does: 'Rotate it', call: told.calls.rotate(id) }] : [],
  };
}

function rotationDue(told: Told): Wording {
  const { id, replacedBy } = told.line.key;
  const unbroken = 'Nothing breaks at that date: the key goes on working.';
  return {
    news: [dated('Rotate by', told), expiry(told)],
    effect: replacedBy === null ? unbroken : `${unbroken} ${superseded(replacedBy)}`,
    steps: replacedBy === null ? [{ does: 'Rotate it', call: told.calls.rotate(id) }] : [],
  };
}

/** Of a key that is to be revoked as soon as nobody uses it any more. */
function stillInUse(told: Told): Wording {
  const { id, replacedBy } = told.line.key;
  return {
    news: [dated('Grace ended', told), ...(replacedBy === null ? [] : [{ label: 'Successor', value: oneLine(replacedBy) }]), expiry(told)],
    effect: 'Nothing breaks: the old key goes on working until it has been quiet for as long as your policy asks, or expires.',
    steps: [
      { does: 'See where it is used', call: told.calls.rotation(id) },
      { does: 'Or end it now', call: told.calls.revoke(id, 'superseded') },
    ],
  };
}

function unused(told: Told): Wording {
  const { line, calls } = told;
  return {
    news: [dated(line.lastUsedAt === null ? 'Created' : 'Unused since', told), expiry(told)],
    effect: 'Nothing breaks: the key goes on working, for whoever finds it too.',
    steps: [{ does: 'Revoke it, if nothing needs it', call: calls.revoke(line.key.id, 'retired') }],
  };
}

function created(told: Told): Wording {
  return {
    news: [done('Created', told), expiry(told)],
    effect: 'Whoever holds its token can use it.',
    steps: [{ does: 'If you did not expect this, revoke it', call: told.calls.revoke(told.line.key.id, 'compromised') }],
  };
}

function rotated(told: Told): Wording {
  const { id, replacedBy, graceEndsAt } = told.line.key;
  const endsByItself =
    'The old key is revoked by itself once its successor is in use and it has been quiet for as long as your policy asks; requests with it are refused with 401 from then on.';
  return {
    news: [done('Rotated', told), ...(replacedBy === null ? [] : [{ label: 'Successor', value: oneLine(replacedBy) }]), expiry(told)],
    effect: graceEndsAt === null ? 'Requests with the old key are refused with 401 once it has expired.' : endsByItself,
    steps: [{ does: 'If you did not expect this, revoke the successor', call: told.calls.revoke(replacedBy ?? id, 'compromised') }],
  };
}

function revoked(told: Told): Wording {
  const { id, revocationReason } = told.line.key;
  return {
    news: [done('Revoked', told), { label: 'Reason', value: (revocationReason ?? 'not given').replaceAll('_', ' ') }],
    effect: 'Requests with this key have been refused since then with 401, for good.',
    steps: [{ does: 'If you did not expect this, see who did it and from where', call: told.calls.listKeyEvents(id) }],
  };
}

function deactivated(told: Told): Wording {
  const { id, active } = told.line.key;
  return {
    news: [done('Deactivated', told)],
    effect: active
      ? 'It has been activated again since.'
      : 'Requests with this key have been refused since then with 401, until it is activated again.',
    steps: [
      ...(active ? [] : [{ does: 'Activate it', call: told.calls.update(id, { active: true }) }]),
      { does: 'If you did not expect this, revoke it', call: told.calls.revoke(id, 'compromised') },
    ],
  };
}

function superseded(replacedBy: string): string {
  return `Its successor is ${oneLine(replacedBy)}: move to it what still uses this one.`;
}

function dated(label: string, { line, calendar }: Told): Fact {
  return { label, value: `${calendar.moment(line.notice.at)} (${calendar.distance(line.notice.at)})` };
}

function done(label: string, told: Told): Fact {
  const { actor, at } = told.line.notice;
  return { label, value: `${told.calendar.moment(at)}, by ${actor === null ? 'Gatewarden itself' : oneLine(actor)}` };
}

function expiry({ line, calendar }: Told): Fact {
  const { expiresAt } = line.key;
  const isPast = expiresAt !== null && calendar.isPast(expiresAt);
  return {
    label: isPast ? 'Expired' : 'Expires',
    value: expiresAt === null ? 'never' : `${calendar.moment(expiresAt)} (${calendar.distance(expiresAt)})`,
  };
}

function about(kind: NoticeKind, { line, calendar }: Told): Fact[] {
  const { key, lastUsedAt } = line;
  const used = lastUsedAt === null ? 'not known to have been used' : `${calendar.moment(lastUsedAt)} (${calendar.distance(lastUsedAt)})`;
  const owner = [key.owner?.name, key.owner?.email].filter((part) => typeof part === 'string').map(oneLine).join(', ');
  return [
    { label: 'Product', value: `${oneLine(key.product)} (${key.environment})` },
    { label: 'Owner', value: owner === '' ? 'none set' : owner },
    { label: 'Last used', value: used },
    ...stateSince(kind, key),
  ];
}
