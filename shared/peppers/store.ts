import { parsePeppers } from './peppers.ts';
import type { Peppers } from './peppers.ts';

// Access patterns: the one secret, whole; read when first needed, every 5 minutes, and on an unknown version.
const keepMs = 5 * 60_000;
const betweenRefetchesMs = 5_000;

export interface PepperStore {
  /** The pepper that new tokens are hashed with. */
  current(): Promise<{ version: string; pepper: string }>;
  /** The pepper of a record; throws when the secret does not hold that version. */
  ofVersion(version: string): Promise<string>;
}

/** Secrets Manager, as far as it is needed here. */
export interface SecretReader {
  getSecretValue(input: { SecretId: string }): Promise<{ SecretString?: string | undefined }>;
}

export function pepperStore(options: {
  client: SecretReader;
  secretArn: string;
  nowMs: () => number;
}): PepperStore {
  let kept: { peppers: Promise<Peppers>; atMs: number } | undefined;

  const fetchPeppers = async (): Promise<Peppers> => {
    const answer = await options.client.getSecretValue({ SecretId: options.secretArn });
    return parsePeppers(answer.SecretString ?? '');
  };

  const peppers = (maxAgeMs: number): Promise<Peppers> => {
    const nowMs = options.nowMs();
    // A clock that went back must not lengthen the time that they are kept.
    if (!kept || nowMs < kept.atMs || nowMs - kept.atMs >= maxAgeMs) {
      const attempt = { peppers: fetchPeppers(), atMs: nowMs };
      kept = attempt;
      // A failure is not kept: the next call tries again.
      attempt.peppers.catch(() => {
        if (kept === attempt) kept = undefined;
      });
    }
    return kept.peppers;
  };

  return {
    async current() {
      const { current, byVersion } = await peppers(keepMs);
      return { version: current, pepper: known(byVersion, current) };
    },
    async ofVersion(version) {
      const { byVersion } = await peppers(keepMs);
      return byVersion.get(version) ?? known((await peppers(betweenRefetchesMs)).byVersion, version);
    },
  };
}

function known(byVersion: ReadonlyMap<string, string>, version: string): string {
  const pepper = byVersion.get(version);
  if (pepper === undefined) throw new Error(`Pepper version ${version} is not in the secret.`);
  return pepper;
}
