import { describe, expect, it } from 'vitest';
import { composeMail } from '../../../shared/notices/mail/composeMail.ts';
import type { NoticeLine } from '../../../shared/notices/notice.ts';
import { sampleDigest, sampleLine } from './mailSamples.ts';

const base = 'https://api.example.com/v1/organizations/org_000000000001';

/** The words of an HTML mail as its reader sees them, on one line. */
function wordsOf(html: string): string {
  const body = html.slice(html.indexOf('<body'));
  const bare = body.replace(/<!--.*?-->/gs, ' ').replace(/<(?:div|p|h\d|br|tr)[^>]*>/g, ' ').replace(/<[^>]*>/g, '');
  const plain = bare.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
  return plain.replace(/\s+/g, ' ');
}

function expectTold(lines: readonly NoticeLine[], ...facts: readonly string[]): void {
  const mail = composeMail(sampleDigest(lines));
  const text = mail.text.replace(/\s+/g, ' ');
  const html = wordsOf(mail.html);
  for (const fact of facts) {
    expect(text).toContain(fact);
    expect(html).toContain(fact.replace(/^([A-Z][a-z]+(?: [a-z]+)?): (?!POST|PATCH|GET)/, '$1 '));
  }
}

describe('composeMail', () => {
  it('tells of a key that expires: which, when, what breaks, who owns it, its last use and how to rotate it', () => {
    const { subject, text } = composeMail(sampleDigest([sampleLine('expiring', '2026-12-05T08:00:00.000Z')]));
    expect(subject).toBe('Key "Billing worker" expires in 7 days (5 Dec 2026)');
    expect(text).toBe(`Key "Billing worker" expires in 7 days (5 Dec 2026)

Organization: Acme (org_000000000001)


EXPIRES SOON: 1 KEY
===================

* "Billing worker"
  Key:          key_4f8KmQ2xT7Zb
  Token:        gw_live_4f8K…x9Zb
  Expires:      Sat, 5 Dec 2026, 09:00 CET (in 7 days)
  Requests with this key are refused from then on with 401.
  Product:      orders (live)
  Owner:        Ada Lovelace, ada@example.com
  Last used:    Fri, 27 Nov 2026, 17:12 CET (yesterday)
  Rotate it:
    POST https://api.example.com/v1/organizations/org_000000000001/keys/key_4f8KmQ2xT7Zb/rotate

Rotating gives the key a successor with the same settings and a new token. The
old token is accepted for another 24 hours, but not beyond its expiry, so that
both can be used while you change over. To keep a token for longer instead,
PATCH its key with a new expiry, as far as your policy allows.

------------------------------------------------------------------------------
Times are those of Europe/Berlin. A token is never mailed in full: whoever
asks you for one is not Gatewarden.

You are told because a key names you as its owner, because Acme names you in
noticeEmails, or, where it names nobody, because you are a superadmin of it.
What is mailed, when and to whom is in the organization's policy: PATCH
https://api.example.com/v1/organizations/org_000000000001
`);
  });

  it('says in HTML what it says in text', () => {
    expectTold(
      [sampleLine('expiring', '2026-12-05T08:00:00.000Z')],
      'key_4f8KmQ2xT7Zb',
      'gw_live_4f8K…x9Zb',
      'Expires: Sat, 5 Dec 2026, 09:00 CET (in 7 days)',
      'Requests with this key are refused from then on with 401.',
      'Product: orders (live)',
      'Owner: Ada Lovelace, ada@example.com',
      'Last used: Fri, 27 Nov 2026, 17:12 CET (yesterday)',
      `Rotate it: POST ${base}/keys/key_4f8KmQ2xT7Zb/rotate`,
      'The old token is accepted for another 24 hours',
    );
  });

  it('tells how to renew a key that has expired, since it cannot be rotated any more', () => {
    const line = sampleLine('expired', '2026-11-27T08:00:00.000Z', { lastUsedAt: null });
    expectTold(
      [line],
      'Key "Billing worker" has expired (27 Nov 2026)',
      'Expired: Fri, 27 Nov 2026, 09:00 CET (yesterday)',
      'Last used: not known to have been used',
      'Requests with this key have been refused since then with 401.',
      `Renew it: PATCH ${base}/keys/key_4f8KmQ2xT7Zb {"expiresInDays":90}`,
    );
    expect(composeMail(sampleDigest([line])).text).not.toContain('/rotate');
  });

  it('calls a warning that was held up beyond the expiry what it is by then: the key has expired', () => {
    expectTold([sampleLine('expiring', '2026-11-28T09:00:00.000Z')], 'Key "Billing worker" has expired (28 Nov 2026)', 'Expired: Sat, 28 Nov 2026, 10:00 CET (today)');
  });

  it.each(['expired', 'expiring', 'rotation_due'] as const)('names the successor of a superseded key and does not ask to rotate it again: %s', (kind) => {
    const line = sampleLine(kind, kind === 'expired' ? '2026-11-28T08:00:00.000Z' : '2026-11-29T08:00:00.000Z', { key: { replacedBy: 'key_successor001' } });
    expectTold([line], 'successor');
    const { text } = composeMail(sampleDigest([line]));
    expect(text).toContain('key_successor001');
    expect(text).not.toContain('POST');
    expect(text).not.toContain('/keys/');
  });

  it('tells of a rotation that is due, and that nothing breaks', () => {
    expectTold(
      [sampleLine('rotation_due', '2026-11-28T08:00:00.000Z', { key: { expiresAt: null, owner: null } })],
      'Key "Billing worker" is due for rotation (28 Nov 2026)',
      'Rotate by: Sat, 28 Nov 2026, 09:00 CET (today)',
      'Expires: never',
      'Owner: none set',
      'Nothing breaks at that date',
      `Rotate it: POST ${base}/keys/key_4f8KmQ2xT7Zb/rotate`,
    );
  });

  it('tells since when a key is unused, and how to revoke it', () => {
    const at = '2026-08-27T08:00:00.000Z';
    expectTold(
      [sampleLine('unused', at, { lastUsedAt: at })],
      'Key "Billing worker" has been unused since 27 Aug 2026',
      'Unused since: Thu, 27 Aug 2026, 10:00 CEST (93 days ago)',
      `Revoke it, if nothing needs it: POST ${base}/keys/key_4f8KmQ2xT7Zb/revoke {"reason":"retired"}`,
    );
    expectTold([sampleLine('unused', at, { lastUsedAt: null })], 'Created: Thu, 27 Aug 2026, 10:00 CEST (93 days ago)', 'not known to have been used');
  });

  it.each([
    ['created', {}, 'Created: Sat, 28 Nov 2026, 09:58 CET, by Zoë', `If you did not expect this, revoke it: POST ${base}/keys/key_4f8KmQ2xT7Zb/revoke {"reason":"compromised"}`],
    ['rotated', { replacedBy: 'key_successor001' }, 'Rotated: Sat, 28 Nov 2026, 09:58 CET, by Zoë', `If you did not expect this, revoke the successor: POST ${base}/keys/key_successor001/revoke {"reason":"compromised"}`],
    ['revoked', { revocationReason: 'shared_incorrectly' }, 'Revoked: Sat, 28 Nov 2026, 09:58 CET, by Zoë', `If you did not expect this, see who did it and from where: GET ${base}/keys/key_4f8KmQ2xT7Zb/events`],
    ['deactivated', { active: false }, 'Deactivated: Sat, 28 Nov 2026, 09:58 CET, by Zoë', `If you did not expect this, revoke it: POST ${base}/keys/key_4f8KmQ2xT7Zb/revoke {"reason":"compromised"}`],
  ] as const)('says who did it, when, and what to do if nobody expected it: %s', (kind, key, whoAndWhen, whatToDo) => {
    const line = sampleLine(kind, '2026-11-28T08:58:00.000Z', { key: { expiresAt: '2026-11-29T08:58:00.000Z', ...key }, actor: 'Zoë' });
    expectTold([line], `Key "Billing worker" was ${kind} (28 Nov 2026)`, whoAndWhen, whatToDo);
  });

  it('says of a rotation with autoRevoke that the old key ends by itself, and not that it lasts until it expires', () => {
    const key = { expiresAt: null, replacedBy: 'key_successor001', graceEndsAt: '2026-11-29T08:58:00.000Z' };
    const told = (changed: Partial<typeof key> | { graceEndsAt: null }) =>
      composeMail(sampleDigest([sampleLine('rotated', '2026-11-28T08:58:00.000Z', { key: { ...key, ...changed } })])).text.replaceAll(/\s+/g, ' ');
    expect(told({})).toContain('The old key is revoked by itself once its successor is in use and it has been quiet for as long as your policy asks; requests with it are refused with 401 from then on.');
    expect(told({})).not.toContain('once it has expired');
    expect(told({ graceEndsAt: null })).toContain('Requests with the old key are refused with 401 once it has expired.');
  });

  it('offers no call that would be refused because the key has been revoked since', () => {
    const { text } = composeMail(sampleDigest([sampleLine('created', '2026-11-28T08:58:00.000Z', { key: { revocationReason: 'compromised' } })]));
    expect(text).toContain('  Now:          revoked\n');
    expect(text).not.toContain('/revoke');
  });

  it('does not say of an inactive key that requests pass until it expires', () => {
    const { text } = composeMail(sampleDigest([sampleLine('expiring', '2026-12-05T08:00:00.000Z', { key: { active: false } })]));
    expect(text).toContain('requests with it are refused with 401 already');
    expect(text).not.toContain('refused from then on');
  });

  it.each(['created', 'rotation_due', 'still_in_use', 'unused'] as const)('does not say of an inactive key that it works: %s', (kind) => {
    const { text } = composeMail(sampleDigest([sampleLine(kind, '2026-11-28T08:58:00.000Z', { key: { active: false } })]));
    expect(text.replace(/\s+/g, ' ')).toContain('It is inactive: requests with it are refused with 401 until it is activated.');
    expect(text).not.toMatch(/goes on working|can use it/);
  });

  it.each(['created', 'deactivated', 'rotated'] as const)('does not say of a key that was revoked since that it works, or can work again: %s', (kind) => {
    const { text } = composeMail(sampleDigest([sampleLine(kind, '2026-11-28T08:58:00.000Z', { key: { active: kind === 'created', revocationReason: 'compromised' } })]));
    expect(text.replace(/\s+/g, ' ')).toContain('It has been revoked since: requests with it are refused with 401, for good.');
    expect(text).not.toMatch(/can use it|until it is activated|once it has expired/);
  });

  it('links to the page of each key where there is one, ids encoded', () => {
    const line = sampleLine('expiring', '2026-12-05T08:00:00.000Z', { key: { id: 'key_a"/../b' } });
    const { html, text } = composeMail(sampleDigest([line], { keyUrl: 'https://console.example.com/o/{organizationId}?key={keyId}&tab=1' }));
    expect(html).toContain('<a href="https://console.example.com/o/org_000000000001?key=key_a%22%2F..%2Fb&amp;tab=1">');
    expect(text).toContain('    https://console.example.com/o/org_000000000001?key=key_a%22%2F..%2Fb&tab=1\n');
    expect(text).toContain('/keys/key_a%22%2F..%2Fb/rotate');
    expect(composeMail(sampleDigest([line])).html).not.toContain('<a ');
    expect(composeMail(sampleDigest([line], { keyUrl: 'javascript:alert(1)//{keyId}' })).html).not.toContain('<a ');
  });
});
