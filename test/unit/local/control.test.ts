import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '../../../local/clock.ts';
import { startControl } from '../../../local/control.ts';
import type { Listening } from '../../../local/listen.ts';
import { SignInRefused } from '../../../local/oidc/userPools.ts';
import { UnknownSchedule } from '../../../local/scheduler/schedules.ts';
import { createMessageStore } from '../../../local/ses/messageStore.ts';
import type { MessageStore } from '../../../local/ses/messageStore.ts';

const state = { name: 'sweep', expression: 'rate(1 hour)', timeZone: 'UTC', isEnabled: true, function: 'arn', nextRunAt: '2026-11-22T09:00:00.000Z', lastRun: null };
const run = { name: 'sweep', scheduledAt: '2026-11-22T08:00:00.000Z', endedAt: '2026-11-22T08:00:01.000Z', ok: true, result: { due: 2 }, error: null };
const schedules = {
  list: () => [state],
  run: async (name: string) => {
    await new Promise((ended) => void setTimeout(ended, 5));
    if (name !== 'sweep') throw new UnknownSchedule(`There is no schedule "${name}".`);
    return run;
  },
};
const signIn = (email: string) =>
  email.includes('@') ? Promise.resolve({ accessToken: `access of ${email}`, idToken: 'id', expiresIn: 1800 }) : Promise.reject(new SignInRefused(`"${email}" is no e-mail address.`));

let control: Listening;
let asked: (string | undefined)[];
let messages: MessageStore;

beforeEach(async () => {
  asked = [];
  messages = createMessageStore({ dataDir: undefined });
  const logs = (name?: string) => {
    asked.push(name);
    return [{ at: '2026-11-22T07:45:00.000Z', functionName: 'keys', line: 'hello' }];
  };
  control = await startControl({ clock: createClock(), logs, schedules, signIn, mail: { messages } }, 0);
});
afterEach(() => control.close());

async function call(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(control.url + path, { method, headers, ...(body !== undefined && { body }) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('the control server', () => {
  it('moves the clock forward and says where it stands', async () => {
    expect((await call('GET', '/clock')).body).toMatchObject({ advancedSec: 0 });
    expect((await call('POST', '/clock', '{"advanceSec":86400}')).status).toBe(200);
    const { now, advancedSec } = (await call('GET', '/clock')).body;
    expect(advancedSec).toBe(86_400);
    expect(Math.abs(Date.parse(String(now)) - Date.now() - 86_400_000)).toBeLessThan(60_000);
  });

  it.each([
    ['/clock', undefined, 'A body such as {"advanceSec":86400} is needed.'],
    ['/clock', '{}', 'advanceSec: Invalid input: expected number, received undefined. A body such as {"advanceSec":86400} is needed.'],
    ['/clock', '{"advanceSec":1,"to":"2027"}', 'Unrecognized key: "to". A body such as {"advanceSec":86400} is needed.'],
    ['/sign-in', undefined, 'A body such as {"email":"ada@example.com"} is needed.'],
  ])('%s with %s says what it takes', async (path, body, error) => {
    expect(await call('POST', path, body)).toEqual({ status: 400, body: { error } });
  });

  it.each([
    ['no body', undefined],
    ['no JSON', '{'],
    ['a text', '{"advanceSec":"1"}'],
    ['a negative number', '{"advanceSec":-1}'],
    ['more than a date can hold', '{"advanceSec":1e300}'],
    ['an unknown field', '{"advanceSec":1,"to":"2027"}'],
    ['nothing', '{}'],
  ])('%s moves nothing: a 400 that says why', async (_name, body) => {
    const answer = await call('POST', '/clock', body);
    expect(answer).toMatchObject({ status: 400, body: { error: expect.stringMatching(/.{10}/u) } });
    expect((await call('GET', '/clock')).body).toMatchObject({ advancedSec: 0 });
  });

  it('shows the log lines, of one function where it is named', async () => {
    expect((await call('GET', '/logs')).body).toEqual({ items: [{ at: '2026-11-22T07:45:00.000Z', functionName: 'keys', line: 'hello' }] });
    await call('GET', '/logs?function=Api%2FKeys');
    expect(asked).toEqual([undefined, 'Api/Keys']);
  });

  it('shows the mails that arrived, the oldest first, and forgets them', async () => {
    expect((await call('GET', '/messages')).body).toEqual({ items: [] });
    const mail = (id: string) => ({ id, at: '2026-11-22T09:15:00.000Z', from: 'Gatewarden <keys@example.com>', to: ['ada@example.com'], subject: '<script>', text: 'Two keys.', html: null, headers: { To: 'ada@example.com' } });
    messages.add(mail('first'));
    messages.add(mail('second'));
    expect((await call('GET', '/messages')).body).toEqual({ items: [mail('first'), mail('second')] });
    expect(await call('DELETE', '/messages')).toEqual({ status: 200, body: { deleted: 2 } });
    expect((await call('GET', '/messages')).body).toEqual({ items: [] });
  });

  it('shows the schedules, and runs one to its end', async () => {
    expect((await call('GET', '/schedules')).body).toEqual({ items: [state] });
    expect(await call('POST', '/schedules/sweep/run')).toEqual({ status: 200, body: run });
    expect(await call('POST', '/schedules/broom/run')).toEqual({ status: 404, body: { error: 'There is no schedule "broom".' } });
  });

  it('signs in whoever has an address', async () => {
    expect(await call('POST', '/sign-in', '{"email":"ada@example.com"}')).toEqual({ status: 200, body: { accessToken: 'access of ada@example.com', idToken: 'id', expiresIn: 1800 } });
    expect(await call('POST', '/sign-in', '{"email":"ada"}')).toEqual({ status: 400, body: { error: '"ada" is no e-mail address.' } });
    expect((await call('POST', '/sign-in', '{}')).status).toBe(400);
    expect((await call('POST', '/sign-in', '{"email":"ada@example.com"}', { Origin: 'https://evil.example' })).status).toBe(403);
  });

  it.each([
    ['GET', '/nothing', 404],
    ['DELETE', '/clock', 405],
    ['POST', '/schedules/%zz/run', 400],
  ])('%s %s is a %i', async (method, path, status) => {
    expect((await call(method, path)).status).toBe(status);
  });

  it('does not obey the page of another site', async () => {
    expect((await call('POST', '/clock', '{"advanceSec":1}', { Origin: 'https://evil.example' })).status).toBe(403);
    expect((await call('POST', '/clock', '{"advanceSec":1}', { Origin: 'http://127.0.0.1:4702' })).status).toBe(200);
  });

  it('does not answer under the name of another host', async () => {
    const status = await new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port: control.port, path: '/logs', headers: { Host: 'evil.example' } }, (response) => resolve(response.resume().statusCode)).on('error', reject).end();
    });
    expect(status).toBe(403);
  });
});
