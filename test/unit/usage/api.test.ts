import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { countStore } from '../../../shared/usage/countStore.ts';
import { sampleKey, sampleOrganization } from '../samples.ts';
import { useTables } from './functionsEnvironment.ts';
import { usageLine } from './lines.ts';

const { put } = useTables();

const [oldKey, newKey, plainKey, foreignKey] = ['key_old000000000', 'key_new000000000', 'key_plain0000000', 'key_foreign00000'] as const;
const organizationId = 'org_000000000001';
const nowMs = Date.UTC(2026, 10, 22, 10, 30);
const hour = 3_600_000;
const rotatedAtMs = nowMs - 50 * hour;

type Handle = (request: unknown) => Promise<{ status: number; body: unknown }>;
const handlers: Record<'getKeyUsage' | 'getOrganizationUsage' | 'getRotation', Handle> = {} as never;

beforeAll(async () => {
  const folder = '../../../functions/api/usage';
  for (const name of ['getKeyUsage', 'getOrganizationUsage', 'getRotation'] as const) handlers[name] = (await import(`${folder}/${name}.ts`))[name];
  await putOrganization(organizationId);
  await putOrganization('org_000000000002');
  await putKey({ id: oldKey, replacedBy: newKey });
  await putKey({ id: newKey, replaces: oldKey, createdAt: new Date(rotatedAtMs).toISOString() });
  await putKey({ id: plainKey });
  await putKey({ id: foreignKey, organizationId: 'org_000000000002', replacedBy: newKey });
  const table = { name: 'usage', client: DynamoDBDocumentClient.from(new DynamoDBClient({})) };
  const uses: [string, number, number][] = [
    [oldKey, nowMs - 55 * hour, 5],
    [oldKey, nowMs - 49 * hour, 3],
    [oldKey, nowMs - 30 * hour, 1],
    [newKey, nowMs - 30 * hour, 2],
    [newKey, nowMs - hour / 2, 4],
    [plainKey, nowMs - 2 * hour, 7],
  ];
  const lines = uses.flatMap(([keyId, atMs, times]) => Array.from({ length: times }, (_, index) => usageLine(`${keyId} ${atMs} ${index}`, { keyId, organizationId, atMs: atMs + index })));
  lines.push(usageLine('refused', { keyId: plainKey, organizationId, atMs: nowMs - 2 * hour, status: '4xx', code: 'revoked_key', isUse: false }));
  await countStore({ table, nowMs: () => nowMs, keptDays: 400 }).count({ logGroup: 'g', logStream: 's', lines });
});

async function putKey(changed: Parameters<typeof sampleKey>[0]): Promise<void> {
  const key = sampleKey(changed);
  await put('keys', { pk: `KEY#${key.id}`, sk: 'KEY', ...key });
}

async function putOrganization(id: string): Promise<void> {
  await put('keys', { pk: `ORG#${id}`, sk: 'ORG', ...sampleOrganization({ id }) });
}

function ask(name: keyof typeof handlers, keyId?: string, query: Record<string, string> = {}) {
  const params = { organizationId, ...(keyId === undefined ? {} : { keyId }) };
  return handlers[name]({ params, query: { granularity: 'hour', ...query }, nowMs });
}

describe('GET …/keys/{keyId}/usage', () => {
  it('answers the last 24 hours of the key, refusals by code', async () => {
    expect(await ask('getKeyUsage', plainKey)).toEqual({
      status: 200,
      body: {
        from: '2026-11-21T10:00:00.000Z',
        to: '2026-11-22T11:00:00.000Z',
        granularity: 'hour',
        total: 8,
        items: [{ at: '2026-11-22T08:00:00.000Z', requests: 8, status: { '2xx': 7, '3xx': 0, '4xx': 1, '5xx': 0 }, refusals: { revoked_key: 1 } }],
      },
    });
  });

  it.each([['another organization’s key', foreignKey], ['a key that was never issued', 'key_neverUsed0000']])('is the same 404 for %s', async (_, keyId) => {
    await expect(ask('getKeyUsage', keyId)).rejects.toMatchObject({ code: 'not_found', detail: 'There is nothing here, or nothing that you may see.' });
  });
});

describe('GET …/usage', () => {
  it('answers the days of all keys together', async () => {
    const { body } = await ask('getOrganizationUsage', undefined, { granularity: 'day' });
    expect(body).toMatchObject({
      granularity: 'day',
      total: 23,
      items: [
        { at: '2026-11-20T00:00:00.000Z', requests: 8 },
        { at: '2026-11-21T00:00:00.000Z', requests: 3 },
        { at: '2026-11-22T00:00:00.000Z', requests: 12, refusals: { revoked_key: 1 } },
      ],
    });
  });

  it('is a 404 for an organization that is not there', async () => {
    await expect(handlers.getOrganizationUsage({ params: { organizationId: 'org_none00000000' }, query: { granularity: 'hour' }, nowMs })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('GET …/keys/{keyId}/rotation', () => {
  it('shows the uses of both keys since the rotation, the old one’s last use, and the verdict', async () => {
    expect(await ask('getRotation', oldKey)).toEqual({
      status: 200,
      body: {
        keyId: oldKey,
        successorId: newKey,
        verdict: 'safe_to_revoke',
        quietSince: '2026-11-21T04:30:00.000Z',
        requiredQuietHours: 24,
        lastUse: { at: '2026-11-21T04:30:00.000Z', sourceIp: '192.0.2.7', route: 'GET /orders' },
        items: [
          { at: '2026-11-20T09:00:00.000Z', old: 3, new: 0 },
          { at: '2026-11-21T04:00:00.000Z', old: 1, new: 2 },
          { at: '2026-11-22T10:00:00.000Z', old: 0, new: 4 },
        ],
      },
    });
  });

  it('follows a successor that was rotated in turn, and has ended', async () => {
    await putKey({ id: 'key_first0000000', replacedBy: 'key_ended0000000' });
    await putKey({ id: 'key_ended0000000', replaces: 'key_first0000000', replacedBy: newKey, createdAt: new Date(rotatedAtMs).toISOString(), revokedAt: new Date(nowMs - 40 * hour).toISOString() });
    expect((await ask('getRotation', 'key_first0000000')).body).toMatchObject({
      successorId: 'key_ended0000000',
      verdict: 'safe_to_revoke',
      items: [{ at: '2026-11-21T04:00:00.000Z', old: 0, new: 2 }, { at: '2026-11-22T10:00:00.000Z', old: 0, new: 4 }],
    });
  });

  it('is not started where the successor was used and works no more', async () => {
    await putKey({ id: 'key_first0000000', replacedBy: 'key_ended0000000' });
    await putKey({ id: 'key_ended0000000', replaces: 'key_first0000000', replacedBy: 'key_purged000000', createdAt: new Date(rotatedAtMs).toISOString(), active: false });
    expect((await ask('getRotation', 'key_first0000000')).body).toMatchObject({ verdict: 'not_started', quietSince: null });
  });

  it.each([['a key that was not rotated', plainKey], ['a successor', newKey], ['another organization’s key', foreignKey], ['a key that was never issued', 'key_neverUsed0000']])('is the same 404 for %s', async (_, keyId) => {
    await expect(ask('getRotation', keyId)).rejects.toMatchObject({ code: 'not_found', detail: 'There is nothing here, or nothing that you may see.' });
  });
});
