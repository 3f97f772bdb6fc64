import { afterEach, describe, expect, it } from 'vitest';
import { readOptions } from '../../../cli/smoke/options.ts';
import type { SmokeOptions } from '../../../cli/smoke/options.ts';
import { smoke } from '../../../cli/smoke/run.ts';
import { table } from '../../../cli/smoke/table.ts';
import { startFakeApi } from './fakeApi.ts';
import type { Answer, Faults } from './fakeApi.ts';

const running: { stop: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const { stop } of running.splice(0)) await stop();
});

interface Run {
  readonly kind?: 'rest' | 'http';
  readonly faults?: Faults;
  readonly extra?: readonly string[];
  readonly limitedToken?: string | null;
}

async function run({ kind = 'rest', faults = {}, extra = [], limitedToken = 'gw_live_limited' }: Run = {}) {
  const api = await startFakeApi(kind, faults);
  running.push(api);
  const limited = limitedToken === null ? [] : ['--limited-token', limitedToken];
  const options = readOptions(['--url', api.url, '--token', 'gw_live_good', ...limited, ...extra, ...(kind === 'http' ? ['--http'] : [])]) as SmokeOptions;
  const checks = await smoke(options);
  return { checks, requests: api.requests(), wrong: checks.filter(({ outcome }) => outcome === 'wrong').map(({ name }) => name) };
}

const withBody = (change: Record<string, unknown>) => (answer: Answer): Answer => ({
  ...answer,
  body: JSON.stringify({ ...(JSON.parse(answer.body) as object), ...change }),
});
const withHeaders = (change: Record<string, string>) => (answer: Answer): Answer => ({ ...answer, headers: { ...answer.headers, ...change } });

describe('a deployment that is right has nothing wrong', () => {
  it.each(['rest', 'http'] as const)('as a %s API', async (kind) => {
    const { checks, wrong } = await run({ kind });
    expect(wrong).toEqual([]);
    expect(checks.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
    expect(checks).toHaveLength(kind === 'rest' ? 34 : 22);
  });

  it('as a REST API whose limits the middleware holds, where it is said so', async () => {
    const faults = { limited: withBody({ title: 'The rate limit is reached' }) };
    const { checks, wrong } = await run({ faults, extra: ['--middleware'] });
    expect(wrong).toEqual([]);
    expect(checks.filter(({ isOpenQuestion }) => isOpenQuestion)).toEqual([]);
    expect((await run({ extra: ['--middleware'] })).wrong).toEqual(['a limit that is reached: answered by']);
  });

  it.each(['rest', 'http'] as const)('as a %s API with a protected catch-all, which refuses what no other route takes', async (kind) => {
    const body = { status: 401, code: 'unauthorized', type: 'https://gatewarden.dev/errors/unauthorized' };
    const { wrong } = await run({ kind, faults: { unknownPath: (answer) => ({ ...withBody(body)(answer), status: 401 }) } });
    expect(wrong).toEqual([]);
  });

  it('without a limited token: what needs one is said not to be checked', async () => {
    const { checks, wrong } = await run({ limitedToken: null });
    expect(wrong).toEqual([]);
    expect(checks.filter(({ outcome }) => outcome === 'not checked')).toMatchObject([{ name: 'a limit that is reached', found: 'no --limited-token was given' }]);
  });
});

describe('a deployment that is wrong is told so:', () => {
  it.each<[string, Faults, readonly string[]]>([
    ['no challenge', { unauthorized: withHeaders({ 'WWW-Authenticate': '' }) }, ['no token: WWW-Authenticate']],
    ['a challenge under another name', { unauthorized: ({ headers: { 'WWW-Authenticate': value = '', ...headers }, ...answer }) => ({ ...answer, headers: { ...headers, 'x-amzn-Remapped-WWW-Authenticate': value } }) }, ['no token: WWW-Authenticate']],
    ['a 401 that is no problem document', { unauthorized: withHeaders({ 'Content-Type': 'application/json' }) }, ['no token: content type']],
    ['a request id that the caller chose', { unauthorized: (answer, { headers }) => withHeaders({ 'X-Request-Id': String(headers['x-amzn-requestid'] ?? 'a') })(answer) }, ['no token: X-Request-Id']],
    ['another answer to a wrong token', { unauthorized: (answer, { headers }) => (headers['x-api-key'] === undefined ? answer : withBody({ detail: 'The checksum is wrong.' })(answer)) }, ['a wrong token']],
    ['an unknown path that is a 403', { unknownPath: (answer) => ({ ...answer, status: 403 }) }, ['an unknown path: status']],
    ['an Authorization header repeated in the body', { unknownPath: (answer, { headers }) => withBody({ detail: `no key=value pair in ${String(headers.authorization)}` })(answer) }, ['an unknown path: Authorization']],
    ['an Authorization header repeated in a header', { unknownPath: (answer, { headers }) => withHeaders({ 'X-Echo': String(headers.authorization) })(answer) }, ['an unknown path: Authorization']],
    ['a valid token refused as without a key of the gateway', { passing: (answer) => ('RateLimit' in answer.headers ? answer : { ...answer, status: 429 }) }, ['X-API-Key: TOKEN: status', 'Authorization: Bearer TOKEN: status', 'Authorization: x-api-key TOKEN: status']],
    ['a limit answered 403', { limited: (answer) => ({ ...answer, status: 403 }) }, ['a limit that is reached: status', 'a limit that is reached: Authorization: Bearer TOKEN', 'a limit that is reached: Authorization: x-api-key TOKEN']],
    ['no time to wait', { limited: withHeaders({ 'Retry-After': '' }) }, ['a limit that is reached: Retry-After']],
    ['a time to wait that was not filled in', { limited: withHeaders({ 'Retry-After': 'context.authorizer.retryAfter' }) }, ['a limit that is reached: Retry-After']],
    ['a code that was not filled in', { limited: withBody({ code: '', type: 'https://gatewarden.dev/errors/' }) }, ['a limit that is reached: code', 'a limit that is reached: type']],
    ['a detail that was not filled in', { limited: withBody({ detail: '' }) }, ['a limit that is reached: detail']],
    ['a limit that the function had to hold', { limited: withBody({ title: 'The rate limit is reached' }) }, ['a limit that is reached: answered by']],
    ['a token repeated', { limited: withBody({ token: 'gw_live_limited' }) }, ['a limit that is reached: token']],
    ['no RateLimit on a success', { passing: withHeaders({ RateLimit: '' }) }, ['a request that passes: RateLimit']],
    ['RateLimit in the syntax of an older draft', { limited: withHeaders({ RateLimit: 'limit=3, remaining=0, reset=40' }) }, ['a limit that is reached: RateLimit']],
    ['a limit by the way in which the token comes', { limited: (answer, { headers }) => (headers.authorization === undefined ? answer : { ...answer, status: 200 }) }, ['a limit that is reached: Authorization: Bearer TOKEN', 'a limit that is reached: Authorization: x-api-key TOKEN']],
  ])('%s', async (_, faults, expected) => {
    expect((await run({ faults })).wrong).toEqual(expected);
  });

  it('a limit that never comes, after as many requests as were allowed', async () => {
    const { wrong, requests } = await run({ limitedToken: 'gw_live_good', extra: ['--max-requests', '7'] });
    expect(wrong).toContain('a limit that is reached: status');
    // 2 without a valid token, 1 of an unknown path, 3 that pass, 7 for the limit and 2 more ways to send its token.
    expect(requests).toBe(15);
  });

  it('nobody there', async () => {
    const checks = await smoke(readOptions(['--url', 'http://127.0.0.1:1', '--token', 'gw_live_good']) as SmokeOptions);
    expect(checks.filter(({ outcome }) => outcome === 'ok')).toEqual([]);
  });
});

describe('the table', () => {
  it('shows what was expected and found, and what the documentation leaves open', async () => {
    const { checks } = await run({ faults: { limited: withHeaders({ 'Retry-After': '' }) } });
    const text = table(checks, ['gw_live_good', 'gw_live_limited']);
    expect(text).toMatch(/^a limit that is reached: Retry-After \* +whole seconds, 1 at least +wrong$/m);
    expect(text).toMatch(/^no token: WWW-Authenticate +ApiKey realm="…" +ApiKey realm="gatewarden" +ok$/m);
    expect(text.split('\n').slice(-2)).toEqual([
      '33 as expected, 1 not, 0 not checked.',
      "* AWS's documentation does not say: what was found here is worth knowing.",
    ]);
  });

  it('holds no token and no control character, whatever the server answers', async () => {
    const { checks } = await run({ faults: { limited: withBody({ detail: '\u001b[31mgw_live_limited used gw_live_good\u001b[0m' }) } });
    const text = table(checks, ['gw_live_good', 'gw_live_limited']);
    expect(text).toContain('?[31m(token) used (token)?[0m');
    expect(text).not.toMatch(/gw_live_(good|limited)/);
  });
});

describe('wrong usage is refused before anything is sent:', () => {
  it.each([
    [[], 'Both --url and --token are needed.'],
    [['--url', 'https://example.com'], 'Both --url and --token are needed.'],
    [['--url', 'http://example.com', '--token', 't'], '--url must be https: the token goes there.'],
    [['--url', 'example.com', '--token', 't'], '--url must be https: the token goes there.'],
    [['--url', 'https://example.com', '--token', 't', '--path', 'whoami'], '--path must begin with a slash.'],
    [['--url', 'https://example.com', '--token', 't', '--max-requests', '1'], '--max-requests must be a whole number, 2 at least.'],
    [['--url', 'https://example.com', '--token', 't', '--loud'], "Unknown option '--loud'"],
  ])('%j', (args, fault) => {
    expect(readOptions(args)).toEqual({ fault: expect.stringContaining(fault) as string });
  });
});
