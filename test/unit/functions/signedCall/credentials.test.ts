import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { containerCredentials } from '../../../../functions/signedCall/containerCredentials.ts';
import { callsTo } from './calls.ts';
import { LoopbackService } from './loopbackService.ts';

let service: LoopbackService;
let endpoint: LoopbackService;
let folder: string;
beforeEach(async () => {
  service = await LoopbackService.start();
  endpoint = await LoopbackService.start();
  folder = mkdtempSync(join(tmpdir(), 'credentials-'));
});
afterEach(() => {
  service.close();
  endpoint.close();
  rmSync(folder, { recursive: true });
});

const expired = { status: 400, body: { __type: 'com.amazon.coral.service#ExpiredTokenException', message: 'expired' } };
const signedBy = () => service.asked.map(({ headers }) => /Credential=(\w+)\//.exec(headers.authorization ?? '')?.[1]);
const fetched = (id: string, expiration: string) => ({ body: { AccessKeyId: id, SecretAccessKey: 's', Token: `token-${id}`, Expiration: expiration } });

/** Without credentials in the environment, which names an endpoint for them. */
function withEndpoint() {
  const made = callsTo(service);
  writeFileSync(join(folder, 'token'), 'first-token');
  made.state.environment = {
    AWS_ENDPOINT_URL: service.url,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoint.url}/credentials?a=b`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(folder, 'token'),
  };
  return made;
}

describe('credentials of the environment', () => {
  it('are those of the moment of each signature', async () => {
    const { getKey, state } = callsTo(service);
    await getKey();
    Object.assign(state.environment, { AWS_ACCESS_KEY_ID: 'AKIDSECOND', AWS_SESSION_TOKEN: 'session' });
    await getKey();
    expect(signedBy()).toEqual(['AKIDEXAMPLE', 'AKIDSECOND']);
    expect(service.asked.map(({ headers }) => headers['x-amz-security-token'])).toEqual([undefined, 'session']);
  });

  it('may have another session only', async () => {
    const { getKey, state } = callsTo(service);
    for (const session of ['first', 'second']) {
      state.environment['AWS_SESSION_TOKEN'] = session;
      await getKey();
    }
    expect(service.asked.map(({ headers }) => headers['x-amz-security-token'])).toEqual(['first', 'second']);
  });

  it('that have expired are looked up again, and the call goes on with new ones', async () => {
    const { getKey, state } = callsTo(service);
    const running = getKey();
    service.replies = [expired, { body: {} }];
    state.environment['AWS_ACCESS_KEY_ID'] = 'AKIDSECOND';
    expect(await running).toEqual({});
  });

  it('that have expired and are still the same end the call at once', async () => {
    const { getKey } = callsTo(service);
    service.replies = [expired];
    await expect(getKey()).rejects.toMatchObject({ name: 'ExpiredTokenException' });
    expect(service.asked).toHaveLength(1);
  });

  it('that are not there refuse the call', async () => {
    const { getKey, state } = callsTo(service);
    delete state.environment['AWS_SECRET_ACCESS_KEY'];
    await expect(getKey()).rejects.toMatchObject({ name: 'CredentialsError', message: 'The environment holds no credentials.' });
    expect(service.asked).toEqual([]);
  });
});

describe('credentials of an endpoint', () => {
  it('are fetched once for many calls, with the token of the file', async () => {
    const { getKey } = withEndpoint();
    endpoint.replies = [fetched('AKIDFIRST', '2026-11-22T16:40:00Z')];
    await Promise.all([getKey(), getKey(), getKey()]);
    await getKey();
    expect(signedBy()).toEqual(['AKIDFIRST', 'AKIDFIRST', 'AKIDFIRST', 'AKIDFIRST']);
    expect(service.asked[0]?.headers['x-amz-security-token']).toBe('token-AKIDFIRST');
    expect(endpoint.asked).toMatchObject([{ method: 'GET', path: '/credentials?a=b', headers: { authorization: 'first-token' } }]);
  });

  it('are fetched again five minutes before they expire, with the token that the file holds then', async () => {
    const { getKey, state } = withEndpoint();
    endpoint.replies = [fetched('AKIDFIRST', '2026-11-22T16:40:00Z'), fetched('AKIDSECOND', '2026-11-22T22:40:00Z')];
    await getKey();
    state.nowMs = service.nowMs = Date.parse('2026-11-22T16:34:59Z');
    await getKey();
    await getKey();
    writeFileSync(join(folder, 'token'), 'second-token');
    state.nowMs = service.nowMs = Date.parse('2026-11-22T16:35:00Z');
    await getKey();
    expect(signedBy()).toEqual(['AKIDFIRST', 'AKIDFIRST', 'AKIDFIRST', 'AKIDSECOND']);
    expect(endpoint.asked.map(({ headers }) => headers.authorization)).toEqual(['first-token', 'second-token']);
  });

  it('are used until they expire when there are no others, and not a moment longer', async () => {
    const { getKey, state } = withEndpoint();
    endpoint.replies = [fetched('AKIDFIRST', '2026-11-22T16:40:00Z'), { status: 500, body: '' }];
    await getKey();
    state.nowMs = service.nowMs = Date.parse('2026-11-22T16:39:59Z');
    expect(await getKey()).toEqual({});
    state.nowMs = service.nowMs = Date.parse('2026-11-22T16:40:00Z');
    await expect(getKey()).rejects.toMatchObject({ name: 'CredentialsError', message: 'The endpoint for credentials answered with status 500.' });
    expect(signedBy()).toEqual(['AKIDFIRST', 'AKIDFIRST']);
  });

  it('that a service calls expired are fetched again', async () => {
    const { getKey } = withEndpoint();
    endpoint.replies = [fetched('AKIDFIRST', '2026-11-22T16:40:00Z'), fetched('AKIDSECOND', '2026-11-22T22:40:00Z')];
    service.replies = [expired, { body: {} }];
    expect(await getKey()).toEqual({});
    expect(signedBy()).toEqual(['AKIDFIRST', 'AKIDSECOND']);
  });

  it('are asked for again when the endpoint fails for the moment', async () => {
    const { getKey } = withEndpoint();
    endpoint.replies = [{ status: 503, body: '' }, fetched('AKIDFIRST', '2026-11-22T16:40:00Z')];
    expect(await getKey()).toEqual({});
  });

  it.each<[string, string]>([
    ['no JSON', 'secret-text'],
    ['a field that is missing', '{"AccessKeyId":"AKIDFIRST","SecretAccessKey":"secret-text","Expiration":"2026-11-22T16:40:00Z"}'],
    ['a date that is none', '{"AccessKeyId":"AKIDFIRST","SecretAccessKey":"secret-text","Token":"t","Expiration":"soon"}'],
    ['null', 'null'],
  ])('that cannot be read (%s) are not used, and not told', async (_name, body) => {
    const { getKey } = withEndpoint();
    endpoint.replies = [{ body }];
    await expect(getKey()).rejects.toMatchObject({ message: 'The endpoint for credentials answered with something else.' });
    expect(service.asked).toEqual([]);
  });

  it('are not asked for with a token that would add a header', async () => {
    const { getKey } = withEndpoint();
    writeFileSync(join(folder, 'token'), 'a\r\nhost: b');
    await expect(getKey()).rejects.toMatchObject({ message: 'The authorization token holds a line break.' });
    expect(endpoint.asked).toEqual([]);
  });

  it.each(['http://example.com/', 'http://169.254.169.254/', 'http://127.0.0.1.example.com/', 'http://10.0.0.1/', 'file:///etc/passwd', 'nonsense'])(
    'are not asked for at %s',
    async (uri) => {
      const { getKey, state } = withEndpoint();
      state.environment['AWS_CONTAINER_CREDENTIALS_FULL_URI'] = uri;
      await expect(getKey()).rejects.toMatchObject({ message: 'The endpoint for credentials is not one that may be trusted.' });
    },
  );
});

/** Of an endpoint that hands out `AKID1`, `AKID2`… at whatever address the environment names. */
function ofAnyEndpoint(environment: Record<string, string>) {
  const asked: string[] = [];
  const exchange = async ({ url }: { url: URL }) => {
    asked.push(url.href);
    const body = { AccessKeyId: `AKID${asked.length}`, SecretAccessKey: 's', Token: 't', Expiration: '2026-11-22T16:40:00Z' };
    return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(body)) };
  };
  return { asked, credentials: containerCredentials({ variable: (name) => environment[name], exchange, nowMs: () => Date.parse('2026-11-22T10:00:00Z') }) };
}

describe('the endpoint for credentials', () => {
  it.each(['http://169.254.170.2/a', 'http://169.254.170.23/a', 'http://[fd00:ec2::23]/a', 'http://[::1]/a', 'http://127.0.0.2/a', 'http://localhost/a', 'https://example.com/a'])('may be %s', async (uri) => {
    const { asked, credentials } = ofAnyEndpoint({ AWS_CONTAINER_CREDENTIALS_FULL_URI: uri });
    expect(await credentials.current()).toMatchObject({ accessKeyId: 'AKID1' });
    expect(asked).toEqual([uri]);
  });

  it('is that of ECS where only a path is named', async () => {
    const { asked, credentials } = ofAnyEndpoint({ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials' });
    await credentials.current();
    expect(asked).toEqual(['http://169.254.170.2/v2/credentials']);
  });

  it('is not asked anew for a refusal of credentials that have been given up before', async () => {
    const { asked, credentials } = ofAnyEndpoint({ AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://localhost/a' });
    const first = await credentials.current();
    credentials.forget(first);
    await credentials.current();
    credentials.forget(first);
    expect(await credentials.current()).toMatchObject({ accessKeyId: 'AKID2' });
    expect(asked).toHaveLength(2);
  });
});
