import { containerCredentials } from './containerCredentials.ts';
import type { Exchange } from './exchange.ts';

/** An environment variable as it stands now; undefined when it is absent or empty. */
export type ReadVariable = (name: string) => string | undefined;

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface CredentialSource {
  /** The credentials to sign with now; the same object as long as they have not changed. */
  current(): Promise<Credentials>;
  /** Gives up credentials that a service called expired; true when there are others by now. */
  replace(expired: Credentials): Promise<boolean>;
}

/**
 * The credentials of a Lambda function, looked up before each signature: of its environment, else of the endpoint
 * that the environment names (as with SnapStart), fetched again five minutes before they expire.
 */
export function credentialSource(options: { variable: ReadVariable; exchange: Exchange; nowMs: () => number }): CredentialSource {
  let ofEnvironment: Credentials | null = null;
  const container = containerCredentials(options);

  const current = async (): Promise<Credentials> => {
    ofEnvironment = readCredentials(options.variable, ofEnvironment);
    return ofEnvironment ?? container.current();
  };
  return {
    current,
    async replace(expired) {
      container.forget(expired);
      return (await current()) !== expired;
    },
  };
}

function readCredentials(variable: ReadVariable, before: Credentials | null): Credentials | null {
  const accessKeyId = variable('AWS_ACCESS_KEY_ID');
  const secretAccessKey = variable('AWS_SECRET_ACCESS_KEY');
  const sessionToken = variable('AWS_SESSION_TOKEN');
  if (!accessKeyId || !secretAccessKey) return null;
  const isSame =
    before?.accessKeyId === accessKeyId && before.secretAccessKey === secretAccessKey && before.sessionToken === sessionToken;
  return isSame ? before : { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}
