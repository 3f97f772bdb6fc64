import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { ServiceCall } from '../aws/jsonProtocol.ts';
import { ServiceError } from '../aws/jsonProtocol.ts';
import { stableSuffix } from '../cloudformation/physicalNames.ts';
import { persisted } from '../persisted.ts';

const version = z.object({ id: z.string(), text: z.string(), stages: z.array(z.string()), createdMs: z.number() });
const secret = z.object({ name: z.string(), arn: z.string(), description: z.string().optional(), createdMs: z.number(), versions: z.array(version) });
type Secret = z.infer<typeof secret>;
type Version = z.infer<typeof version>;

const maxVersions = 100;

/** Secrets Manager. */
export interface SecretStore {
  /** Makes the secret with what `initialText` gives, unless it exists; its ARN. */
  ensure(options: { name: string; description?: string | undefined; initialText: (() => string) | undefined }): string;
  /** The current text; undefined where there is no such secret or it has no value. `id` is a name or an ARN. */
  read(id: string): string | undefined;
  /** GetSecretValue, PutSecretValue, DescribeSecret by the AWS JSON protocol. */
  readonly call: ServiceCall;
}

const operations = {
  GetSecretValue: z.object({ SecretId: z.string(), VersionId: z.string().optional(), VersionStage: z.string().optional() }),
  PutSecretValue: z.object({
    SecretId: z.string(),
    SecretString: z.string({ error: 'is needed: the local platform keeps texts only' }),
    ClientRequestToken: z.string().min(32).max(64).optional(),
    VersionStages: z.array(z.string()).min(1).default(['AWSCURRENT']),
  }),
  DescribeSecret: z.object({ SecretId: z.string() }),
} as const;

export function createSecretStore(options: { dataDir: string | undefined; arnPrefix: string; nowMs: () => number }): SecretStore {
  const state = persisted({ dataDir: options.dataDir, name: 'secrets', schema: z.array(secret), initial: [] });
  const find = (id: string): Secret => {
    // An ARN may come without the six characters that Secrets Manager adds to it.
    const found = state.value.find(({ name, arn }) => id === name || id === arn || id === arn.slice(0, -7));
    if (!found) throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return found;
  };
  const put = (target: Secret, { id, text, stages }: Omit<Version, 'createdMs'>): Version => {
    const old = target.versions.find((candidate) => candidate.id === id);
    if (old && old.text !== text)
      throw new ServiceError('ResourceExistsException', "You can't use ClientRequestToken because that token is already in use by a different request.");
    if (old) return old;
    const added: Version = { id, text, stages: [], createdMs: options.nowMs() };
    target.versions.push(added);
    for (const stage of stages) moveStage(target, stage, added);
    // As on AWS, versions without a label stay for a while: the token of a retried call may name one.
    target.versions = target.versions.filter(({ stages: labels }, index, all) => labels.length > 0 || index >= all.length - maxVersions);
    state.save();
    return added;
  };
  const call: ServiceCall = (operation, input) => {
    if (operation === 'GetSecretValue') return getSecretValue(operations.GetSecretValue.parse(input), find);
    if (operation === 'DescribeSecret') return describe(find(operations.DescribeSecret.parse(input).SecretId));
    if (operation !== 'PutSecretValue') throw ServiceError.unknownOperation(operation);
    const { SecretId, SecretString, ClientRequestToken, VersionStages } = operations.PutSecretValue.parse(input);
    const target = find(SecretId);
    const { id, stages } = put(target, { id: ClientRequestToken ?? randomUUID(), text: SecretString, stages: VersionStages });
    return { ARN: target.arn, Name: target.name, VersionId: id, VersionStages: stages };
  };
  return {
    call,
    ensure({ name, description, initialText }) {
      const existing = state.value.find((candidate) => candidate.name === name);
      if (existing) return existing.arn;
      const arn = `${options.arnPrefix}:secret:${name}-${stableSuffix(name, 6)}`;
      const created: Secret = { name, arn, description, createdMs: options.nowMs(), versions: [] };
      state.value.push(created);
      if (initialText) put(created, { id: randomUUID(), text: initialText(), stages: ['AWSCURRENT'] });
      state.save();
      return arn;
    },
    read: (id) => state.value.find(({ name, arn }) => id === name || id === arn)?.versions.find(({ stages }) => stages.includes('AWSCURRENT'))?.text,
  };
}

/** Gives a staging label to a version; the one that was current becomes the previous one. */
function moveStage(target: Secret, stage: string, to: Version): void {
  const from = target.versions.find(({ stages }) => stages.includes(stage));
  if (from) from.stages = from.stages.filter((label) => label !== stage);
  to.stages.push(stage);
  if (stage === 'AWSCURRENT' && from && from !== to) moveStage(target, 'AWSPREVIOUS', from);
}

function getSecretValue({ SecretId, VersionId, VersionStage }: z.infer<typeof operations.GetSecretValue>, find: (id: string) => Secret): object {
  const { arn, name, versions } = find(SecretId);
  const stage = VersionStage ?? (VersionId === undefined ? 'AWSCURRENT' : undefined);
  const found = versions.find(({ id, stages }) => (VersionId === undefined || id === VersionId) && (stage === undefined || stages.includes(stage)));
  if (!found) {
    const wanted = VersionId === undefined ? `staging label: ${stage}` : `VersionId: ${VersionId}`;
    throw new ServiceError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${wanted}`);
  }
  return { ARN: arn, Name: name, VersionId: found.id, SecretString: found.text, VersionStages: found.stages, CreatedDate: found.createdMs / 1000 };
}

function describe({ arn, name, description, createdMs, versions }: Secret): object {
  return {
    ARN: arn,
    Name: name,
    Description: description,
    CreatedDate: createdMs / 1000,
    LastChangedDate: (versions.at(-1)?.createdMs ?? createdMs) / 1000,
    VersionIdsToStages: Object.fromEntries(versions.map(({ id, stages }) => [id, stages])),
  };
}
