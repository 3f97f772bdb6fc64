import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
} from '@aws-sdk/client-secrets-manager';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

export interface RootTokenSecret {
  readonly client: Pick<SecretsManagerClient, 'send'>;
  readonly secretArn: string;
}

/**
 * The root token of a generation, made and stored when there is none yet. The generation is the id of the secret's
 * version, so a bootstrap that died half-way, or ran twice at once, goes on with the same token, and a later
 * generation never takes up an earlier one's.
 */
export async function rootTokenOf(secret: RootTokenSecret, generation: number, generate: () => string): Promise<string> {
  const known = await read(secret, generation);
  if (known !== null) return known;
  const token = generate();
  try {
    await secret.client.send(
      new PutSecretValueCommand({ SecretId: secret.secretArn, ClientRequestToken: versionId(generation), SecretString: token }),
    );
  } catch (error) {
    // Another run was faster: its token counts, which the read below finds.
    if (!(error instanceof ResourceExistsException)) throw error;
  }
  const stored = await read(secret, generation);
  if (stored === null) throw new Error('The root token was stored and is not there.');
  return stored;
}

async function read({ client, secretArn }: RootTokenSecret, generation: number): Promise<string | null> {
  try {
    const answer = await client.send(new GetSecretValueCommand({ SecretId: secretArn, VersionId: versionId(generation) }));
    return answer.SecretString ?? null;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

/** 32 to 64 characters, as Secrets Manager asks of a version id. */
function versionId(generation: number): string {
  return `gatewarden-root-token-generation-${String(generation).padStart(8, '0')}`;
}
