import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Listening } from '../../../../local/listen.ts';
import { startMailbox } from '../../../../local/mailbox/server.ts';
import type { MailMessage } from '../../../../local/ses/message.ts';
import { createMessageStore } from '../../../../local/ses/messageStore.ts';
import type { MessageStore } from '../../../../local/ses/messageStore.ts';

let messages: MessageStore;
let mailbox: Listening;
beforeEach(async () => {
  messages = createMessageStore({ dataDir: undefined });
  mailbox = await startMailbox(messages, 0);
});
afterEach(() => mailbox.close());

const mail: MailMessage = {
  id: 'm1',
  at: '2026-11-22T09:15:00.000Z',
  from: 'Gatewarden <keys@example.com>',
  to: ['ada@example.com'],
  subject: '2 keys expire',
  text: 'Two keys.',
  html: '<!doctype html><html><head><title>x</title></head><body><p>Two keys.</p></body></html>',
  headers: { To: 'ada@example.com', Subject: '2 keys expire' },
};

async function get(path: string, init: RequestInit = {}): Promise<{ status: number; headers: Headers; body: string }> {
  const response = await fetch(mailbox.url + path, { redirect: 'manual', ...init });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

/** What fetch would not send: another host. */
function statusFor(headers: Record<string, string>, method = 'GET', path = '/'): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: mailbox.port, method, path, headers }, (response) => resolve(response.resume().statusCode)).on('error', reject).end();
  });
}

describe('the list', () => {
  it('says that no mail came yet, and offers nothing to delete', async () => {
    const { status, body } = await get('/');
    expect(status).toBe(200);
    expect(body).toContain('No mail yet.');
    expect(body).toContain('<button type="submit" disabled>Delete all</button>');
  });

  it('shows the mails, the newest first, by the time of the platform', async () => {
    messages.add(mail);
    messages.add({ ...mail, id: 'm2', subject: 'Another', at: '2027-02-28T23:59:59.000Z' });
    const { body } = await get('/');
    expect(body.indexOf('Another')).toBeGreaterThan(0);
    expect(body.indexOf('Another')).toBeLessThan(body.indexOf('2 keys expire'));
    expect(body).toContain('<time datetime="2027-02-28T23:59:59.000Z">28 Feb 2027, 23:59:59 UTC</time>');
    expect(body).toContain('2 mails');
  });

  it('reads encoded words, and names a mail without a subject', async () => {
    messages.add({ ...mail, from: '=?utf-8?q?Schl=C3=BCssel?= =?UTF-8?B?d2FydA==?= <keys@example.com>', subject: '  ' });
    const { body } = await get('/');
    expect(body).toContain('Schlüsselwart &lt;keys@example.com&gt;');
    expect(body).toContain('(no subject)');
  });

  it('tells a page that is open when something has changed', async () => {
    const revision = async () => (JSON.parse((await get('/revision')).body) as { revision: string }).revision;
    const before = await revision();
    expect(await revision()).toBe(before);
    expect((await get('/')).body).toContain(`data-revision="${before}"`);
    messages.add(mail);
    expect(await revision()).not.toBe(before);
  });

  it('deletes all mails at the press of a button', async () => {
    messages.add(mail);
    const { status, headers } = await get('/delete', { method: 'POST', headers: { origin: mailbox.url } });
    expect([status, headers.get('location'), messages.list()]).toEqual([303, '/', []]);
  });

  it('has the browser send the origin of its own button', async () => {
    // With "no-referrer" a form's origin is "null", which is refused.
    expect((await get('/')).headers.get('referrer-policy')).toBe('same-origin');
  });
});

describe('a mail', () => {
  it('is shown as HTML in a frame without scripts and without this page’s origin', async () => {
    messages.add(mail);
    const { body } = await get('/messages/m1');
    expect(body).toContain('<h1>2 keys expire</h1>');
    expect(body).toMatch(/<iframe [^>]*src="\/messages\/m1\/html" sandbox="allow-popups allow-popups-to-escape-sandbox"/u);
    expect(body).toContain('<a href="/messages/m1?view=html" aria-current="page">HTML</a>');
  });

  it('is shown as text, and with its headers', async () => {
    messages.add(mail);
    expect((await get('/messages/m1?view=text')).body).toContain('<pre class="text">Two keys.</pre>');
    expect((await get('/messages/m1?view=headers')).body).toContain('<th scope="row">Subject</th><td>2 keys expire</td>');
  });

  it('without HTML is shown as text, and offers no HTML', async () => {
    messages.add({ ...mail, html: null });
    const { body } = await get('/messages/m1?view=html');
    expect(body).toContain('<pre class="text">');
    expect(body).not.toContain('view=html');
    expect((await get('/messages/m1/html')).status).toBe(404);
  });

  it.each(['/messages/m9', '/messages/m9/html', '/messages/%zz', '/nothing', '/assets/../server.ts'])('that is not there is a 404: %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });
});

describe('hostile content', () => {
  const attack = `"'><script>alert(1)</script><img src=x onerror=alert(1)>`;

  it.each(['/', '/messages/m1?view=text', '/messages/m1?view=headers', '/messages/m1?view=html'])('of a mail stays text on %s', async (path) => {
    messages.add({ ...mail, subject: attack, from: attack, to: [attack], text: attack, headers: { [attack]: attack } });
    const { body } = await get(path);
    expect(body).toContain('&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(body).not.toContain('<script>');
    expect(body).not.toContain('<img');
  });

  it('in an encoded word stays text too', async () => {
    messages.add({ ...mail, subject: '=?utf-8?b?PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==?=' });
    expect((await get('/')).body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect((await get('/')).body).not.toContain('<script>');
  });

  it('in a view of the query is no view', async () => {
    messages.add(mail);
    const { status, body } = await get(`/messages/m1?view=${encodeURIComponent(attack)}`);
    expect(status).toBe(200);
    expect(body).not.toContain('alert(1)');
  });

  it('of the HTML of a mail runs nothing, loads nothing and is framed by nobody else', async () => {
    messages.add({ ...mail, html: '<script>alert(1)</script><img src="https://evil.example/x.png">' });
    const { headers } = await get('/messages/m1/html');
    expect(headers.get('content-security-policy')?.split('; ')).toEqual([
      "default-src 'none'",
      "style-src 'unsafe-inline'",
      'img-src data:',
      'font-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'self'",
      'sandbox allow-popups allow-popups-to-escape-sandbox',
    ]);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('finds a page that runs its own script alone', async () => {
    const policy = (await get('/')).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  });
});

describe('the links of a mail', () => {
  it.each([
    ['<!doctype html><html><head lang="en"><title>x</title></head></html>', '<!doctype html><html><head lang="en"><base target="_blank"><title>x</title></head></html>'],
    ['<!DOCTYPE html>\n<p>Hello</p>', '<!DOCTYPE html><base target="_blank">\n<p>Hello</p>'],
    ['<p>Hello</p>', '<!doctype html><base target="_blank"><p>Hello</p>'],
    ['<header>Hello</header>', '<!doctype html><base target="_blank"><header>Hello</header>'],
  ])('of %j open a tab of their own', async (html, shown) => {
    messages.add({ ...mail, html });
    expect((await get('/messages/m1/html')).body).toBe(shown);
  });
});

describe('another site', () => {
  it('cannot delete, nor read by a name of its own', async () => {
    messages.add(mail);
    expect(await statusFor({ host: mailbox.url.slice(7), origin: 'https://evil.example' }, 'POST', '/delete')).toBe(403);
    expect(await statusFor({ host: mailbox.url.slice(7), origin: 'null' }, 'POST', '/delete')).toBe(403);
    expect(await statusFor({ host: 'evil.example' })).toBe(403);
    expect(messages.list()).toHaveLength(1);
  });

  it('cannot delete by a link: an address takes its own method', async () => {
    messages.add(mail);
    expect((await get('/delete')).status).toBe(405);
    expect(messages.list()).toHaveLength(1);
  });
});
