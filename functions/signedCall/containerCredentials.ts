import { readFile } from 'node:fs/promises';
import { CallError } from './callError.ts';
import type { Credentials, ReadVariable } from './credentials.ts';
import type { Exchange } from './exchange.ts';

/** As early as the SDK: old and new ones are both good for a while then. */
const refreshBeforeMs = 5 * 60_000;
const timeoutMs = 1_000;

interface Fetched {
  readonly credentials: Credentials;
  readonly expiresAtMs: number;
}

/** Credentials from the endpoint that `AWS_CONTAINER_CREDENTIALS_FULL_URI` or `…_RELATIVE_URI` names. */
export function containerCredentials(options: { variable: ReadVariable; exchange: Exchange; nowMs: () => number }) {
  let kept: Fetched | null = null;
  let fetching: Promise<Fetched> | null = null;

  const refresh = async (): Promise<Fetched> => {
    // Many at the same time ask once.
    fetching ??= fetchCredentials(options).finally(() => {
      fetching = null;
    });
    kept = await fetching;
    return kept;
  };

  return {
    async current(): Promise<Credentials> {
      const before = kept;
      const leftMs = before ? before.expiresAtMs - options.nowMs() : 0;
      if (before && leftMs > refreshBeforeMs) return before.credentials;
      try {
        return (await refresh()).credentials;
      } catch (error) {
        if (before && leftMs > 0) return before.credentials;
        throw error;
      }
    },
    forget(expired: Credentials): void {
      if (kept?.credentials === expired) kept = null;
    },
  };
}

async function fetchCredentials({ variable, exchange }: { variable: ReadVariable; exchange: Exchange }): Promise<Fetched> {
  const answer = await exchange({
    method: 'GET',
    url: endpoint(variable),
    headers: { accept: 'application/json', ...(await authorization(variable)) },
    body: '',
    connectTimeoutMs: timeoutMs,
    timeoutMs,
  });
  if (answer.status !== 200) throw unavailable(`answered with status ${answer.status}`);
  return parseFetched(answer.body.toString('utf8'));
}

function endpoint(variable: ReadVariable): URL {
  const relative = variable('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI');
  const full = relative ? `http://169.254.170.2${relative}` : variable('AWS_CONTAINER_CREDENTIALS_FULL_URI');
  if (!full) throw new CallError('CredentialsError', 'The environment holds no credentials.', { remedy: 'final' });
  const url = URL.parse(full);
  if (!url || !isTrusted(url)) throw new CallError('CredentialsError', 'The endpoint for credentials is not one that may be trusted.', { remedy: 'final' });
  return url;
}

/** HTTPS, this machine, or the link-local addresses of ECS and EKS, as the SDKs have it. */
function isTrusted({ protocol, hostname }: URL): boolean {
  if (protocol === 'https:') return true;
  const local = ['localhost', '[::1]', '169.254.170.2', '169.254.170.23', '[fd00:ec2::23]'];
  // `URL` has written an IPv4 address out as four decimal numbers.
  return protocol === 'http:' && (local.includes(hostname) || /^127\.\d+\.\d+\.\d+$/.test(hostname));
}

async function authorization(variable: ReadVariable): Promise<Record<string, string>> {
  const file = variable('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE');
  // Read each time: the token in it is renewed.
  const token = file ? await readFile(file, 'utf8') : variable('AWS_CONTAINER_AUTHORIZATION_TOKEN');
  if (!token) return {};
  if (/[\r\n]/.test(token)) throw new CallError('CredentialsError', 'The authorization token holds a line break.', { remedy: 'final' });
  return { authorization: token };
}

function parseFetched(text: string): Fetched {
  let content: Partial<Record<string, unknown>> | null;
  try {
    content = JSON.parse(text) as typeof content;
  } catch {
    // The parser's own message would quote the secret.
    content = null;
  }
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken, Expiration } = content ?? {};
  const expiresAtMs = Date.parse(String(Expiration));
  if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string' || typeof sessionToken !== 'string' || Number.isNaN(expiresAtMs)) {
    throw unavailable('answered with something else');
  }
  return { credentials: { accessKeyId, secretAccessKey, sessionToken }, expiresAtMs };
}

function unavailable(what: string): CallError {
  return new CallError('CredentialsError', `The endpoint for credentials ${what}.`, { remedy: 'transient' });
}
