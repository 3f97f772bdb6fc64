import { describe, expect, it } from 'vitest';
import { composeMail } from '../../../shared/notices/mail/composeMail.ts';
import type { NoticeKind, NoticeLine } from '../../../shared/notices/notice.ts';
import { nowMs, sampleDigest, sampleLine } from './mailSamples.ts';

let count = 0;

function named(kind: NoticeKind, at: string, name: string, changed: Parameters<typeof sampleLine>[2] = {}): NoticeLine {
  count += 1;
  return sampleLine(kind, at, { ...changed, key: { id: `key_${String(count).padStart(12, '0')}`, name, ...changed.key } });
}

/** Names and headings in the order in which a text shows them. */
function outline(text: string): string[] {
  return [...text.matchAll(/^(?:\* "(.*)"|([A-Z ]+: \d+ KEYS?))$/gm)].map(([, name, title]) => name ?? title ?? '');
}

/** `size` keys that expire one minute after the other, from 2026-12-05T08:00:00.000Z on. */
function expiringKeys(size: number, name: (index: number) => string): NoticeLine[] {
  const first = Date.UTC(2026, 11, 5, 8);
  return Array.from({ length: size }, (_, index) => named('expiring', new Date(first + index * 60_000).toISOString(), name(index)));
}

describe('the order of a mail', () => {
  it('is that of urgency: what is broken, what breaks next, what should be done, what was done', () => {
    const { text, html } = composeMail(
      sampleDigest([
        named('deactivated', '2026-11-28T08:00:00.000Z', 'off'),
        named('revoked', '2026-11-28T08:00:00.000Z', 'revoked'),
        named('rotated', '2026-11-28T08:00:00.000Z', 'rotated'),
        named('created', '2026-11-28T08:00:00.000Z', 'new'),
        named('unused', '2026-08-27T08:00:00.000Z', 'idle'),
        named('rotation_due', '2026-11-28T08:00:00.000Z', 'due'),
        named('expiring', '2026-12-28T08:00:00.000Z', 'in 30 days'),
        named('expiring', '2026-11-29T08:00:00.000Z', 'tomorrow'),
        named('expired', '2026-11-26T08:00:00.000Z', 'two days ago'),
        named('expired', '2026-11-28T08:00:00.000Z', 'an hour ago'),
      ]),
    );
    expect(outline(text)).toEqual([
      'HAS EXPIRED: 2 KEYS', 'an hour ago', 'two days ago',
      'EXPIRES SOON: 2 KEYS', 'tomorrow', 'in 30 days',
      'DUE FOR ROTATION: 1 KEY', 'due',
      'NOT USED FOR A LONG TIME: 1 KEY', 'idle',
      'CREATED: 1 KEY', 'new',
      'ROTATED: 1 KEY', 'rotated',
      'REVOKED: 1 KEY', 'revoked',
      'DEACTIVATED: 1 KEY', 'off',
    ]);
    const headings = [...html.matchAll(/<h2[^>]*>([^<]*)</g)].map(([, title]) => title);
    expect(headings).toEqual(['Has expired: 2 keys', 'Expires soon: 2 keys', 'Due for rotation: 1 key', 'Not used for a long time: 1 key', 'Created: 1 key', 'Rotated: 1 key', 'Revoked: 1 key', 'Deactivated: 1 key']);
  });

  it('shows a key once that is warned of for 7 days and for 1 in the same mail, with the date of the later warning', () => {
    const key = { id: 'key_4f8KmQ2xT7Zb' };
    const { subject, text } = composeMail(
      sampleDigest([
        sampleLine('expiring', '2026-11-29T08:00:00.000Z', { key, recordedAt: '2026-11-28T08:59:00.000Z' }),
        sampleLine('expiring', '2026-12-05T08:00:00.000Z', { key, recordedAt: '2026-11-28T07:00:00.000Z' }),
      ]),
    );
    expect(subject).toBe('Key "Billing worker" expires tomorrow (29 Nov 2026)');
    expect(outline(text)).toEqual(['EXPIRES SOON: 1 KEY', 'Billing worker']);
  });

  it('shows both of two things that were done to one key', () => {
    const { subject, text } = composeMail(
      sampleDigest([sampleLine('created', '2026-11-28T08:00:00.000Z'), sampleLine('rotated', '2026-11-28T08:30:00.000Z')]),
    );
    expect(subject).toBe('Key "Billing worker" was created (28 Nov 2026), was rotated');
    expect(outline(text)).toEqual(['CREATED: 1 KEY', 'Billing worker', 'ROTATED: 1 KEY', 'Billing worker']);
  });
});

describe('the subject', () => {
  it('counts by kind where there are several keys', () => {
    const expiring = expiringKeys(3, () => 'a');
    expect(composeMail(sampleDigest(expiring)).subject).toBe('3 keys of Acme expire soon');
    expect(composeMail(sampleDigest([...expiring, named('expired', '2026-11-28T08:00:00.000Z', 'b')])).subject).toBe('3 keys of Acme expire soon, 1 has expired');
  });

  it('leaves out what does not fit and says so', () => {
    const kinds = ['expired', 'rotation_due', 'unused', 'created', 'rotated', 'revoked', 'deactivated'] as const;
    const lines = [...expiringKeys(3, () => 'a'), ...kinds.map((kind) => named(kind, '2026-11-28T08:00:00.000Z', kind))];
    expect(composeMail(sampleDigest(lines, { organization: { id: 'org_1', name: 'Acme Wholesale and Retail of the Northern Isles' } })).subject).toBe(
      '3 keys of Acme Wholesale and Retail of the Northe… expire soon, 1 has expired, 1 is due for rotation, and more',
    );
  });

  it('cuts a long name, but no character of it', () => {
    const name = `${'x'.repeat(48)}👩🏽‍💻 and more`;
    const { subject } = composeMail(sampleDigest([named('expiring', '2026-12-05T08:00:00.000Z', name)]));
    expect(subject).toBe(`Key "${'x'.repeat(48)}…" expires in 7 days (5 Dec 2026)`);
  });
});

describe('a mail of many keys', () => {
  it('shows 100 in full under the 102 kB at which Gmail cuts, and names the call that lists the others', () => {
    const { html, text, subject } = composeMail(
      sampleDigest(expiringKeys(130, (index) => `Billing worker of plant ${index}`), {
        managementUrl: 'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/prod/v1',
        keyUrl: 'https://console.example.com/organizations/{organizationId}/keys/{keyId}',
      }),
    );
    expect(subject).toBe('130 keys of Acme expire soon');
    expect(outline(text)).toHaveLength(101);
    expect(html.match(/<h3/g)).toHaveLength(100);
    expect(Buffer.byteLength(html)).toBeLessThan(100_000);
    const more = 'organizations/org_000000000001/keys?expiresBefore=2026-12-05T10:09:01.000Z';
    expect(text).toContain(`\nAnd 30 more: list them with\n  GET https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/prod/v1/${more}\n`);
    expect(html).toContain(more);
  });

  it('stays under 100,000 bytes with the longest names of the most costly characters too, and counts what it leaves out', () => {
    const lines = expiringKeys(100, () => '"'.repeat(80)).map((line) => ({ ...line, key: { ...line.key, owner: { name: '"'.repeat(80), email: null } } }));
    const { html, text } = composeMail(sampleDigest(lines));
    const shown = html.match(/<h3/g)?.length ?? 0;
    expect(Buffer.byteLength(html)).toBeLessThan(100_000);
    expect(shown).toBeGreaterThan(40);
    expect(text).toContain(`And ${100 - shown} more: list them with`);
  });

  it('names a call for whole sections that it has no room for', () => {
    const events = Array.from({ length: 3 }, (_, index) => named('created', `2026-11-28T08:0${index}:00.000Z`, 'late'));
    const { text } = composeMail(sampleDigest([...expiringKeys(100, () => 'a'), ...events, named('unused', '2026-08-27T08:00:00.000Z', 'b')]));
    expect(text).toContain('\n1 more: list them with\n  GET https://api.example.com/v1/organizations/org_000000000001/keys\n');
    expect(text).toContain('\n3 more: list them with\n  GET https://api.example.com/v1/organizations/org_000000000001/events?type=key.created&from=2026-11-28T08:00:00.000Z\n');
  });

  it('keeps the text within 78 columns, names, calls and addresses apart', () => {
    const { text } = composeMail(sampleDigest([...expiringKeys(2, () => 'a'), named('expired', '2026-11-28T08:00:00.000Z', 'b')]));
    const tooLong = text.split('\n').filter((line) => line.length > 78);
    expect(tooLong.filter((line) => !/^ +(?:POST|PATCH|GET) https:|^policy: PATCH /.test(line))).toEqual([]);
  });
});

describe('dates', () => {
  const mailAt = (now: string, at: string, timeZone: string, locale = 'en-GB') =>
    composeMail(sampleDigest([sampleLine('expiring', at)], { nowMs: Date.parse(now), timeZone, locale }));
  const expires = (text: string) => /Expires: +(.*)/.exec(text)?.[1];

  it.each([
    ['the minute before the clocks go forward', '2027-03-27T10:00:00.000Z', '2027-03-28T00:59:00.000Z', 'Europe/Berlin', 'Sun, 28 Mar 2027, 01:59 CET (tomorrow)'],
    ['the minute after', '2027-03-27T10:00:00.000Z', '2027-03-28T01:00:00.000Z', 'Europe/Berlin', 'Sun, 28 Mar 2027, 03:00 CEST (tomorrow)'],
    ['a week over the change, an hour short of 7 × 24', '2027-03-25T23:30:00.000Z', '2027-04-01T22:15:00.000Z', 'Europe/Berlin', 'Fri, 2 Apr 2027, 00:15 CEST (in 7 days)'],
    ['a leap day', '2028-02-28T12:00:00.000Z', '2028-02-29T12:00:00.000Z', 'UTC', 'Tue, 29 Feb 2028, 12:00 UTC (tomorrow)'],
    ['over a leap day', '2028-02-28T12:00:00.000Z', '2028-03-01T12:00:00.000Z', 'UTC', 'Wed, 1 Mar 2028, 12:00 UTC (in 2 days)'],
    ['a zone where the date is another', '2028-02-28T09:00:00.000Z', '2028-02-28T12:00:00.000Z', 'Pacific/Tongatapu', 'Tue, 29 Feb 2028, 01:00 GMT+13 (tomorrow)'],
    ['the same moment in UTC', '2028-02-28T09:00:00.000Z', '2028-02-28T12:00:00.000Z', 'UTC', 'Mon, 28 Feb 2028, 12:00 UTC (today)'],
    ['the turn of a year', '2026-12-31T10:00:00.000Z', '2027-01-30T10:00:00.000Z', 'America/New_York', 'Sat, 30 Jan 2027, 05:00 GMT-5 (in 30 days)'],
  ])('are written, and days counted, on the calendar of the organization: %s', (_, now, at, timeZone, expected) => {
    expect(expires(mailAt(now, at, timeZone).text)).toBe(expected);
  });

  it('stand in the subject as the organization reads them', () => {
    expect(mailAt('2028-02-28T09:00:00.000Z', '2028-02-28T12:00:00.000Z', 'Pacific/Tongatapu').subject).toBe('Key "Billing worker" expires tomorrow (29 Feb 2028)');
    expect(mailAt('2028-02-28T09:00:00.000Z', '2028-02-28T12:00:00.000Z', 'UTC').subject).toBe('Key "Billing worker" expires today (28 Feb 2028)');
  });

  it('are written as the locale does, their days counted all the same', () => {
    expect(expires(mailAt('2027-03-27T10:00:00.000Z', '2027-03-28T01:00:00.000Z', 'Europe/Berlin', 'de-DE').text)).toBe('So., 28. März 2027, 03:00 MESZ (tomorrow)');
    expect(expires(mailAt('2027-03-27T10:00:00.000Z', '2027-03-28T01:00:00.000Z', 'Europe/Berlin', 'fa-IR').text)).toMatch(/۱۴۰۶.*\(tomorrow\)$/);
  });

  it('does not read the clock', () => {
    const line = sampleLine('expiring', '2026-12-05T08:00:00.000Z');
    expect(composeMail(sampleDigest([line], { nowMs: nowMs + 6 * 86_400_000 })).subject).toBe('Key "Billing worker" expires tomorrow (5 Dec 2026)');
  });
});
