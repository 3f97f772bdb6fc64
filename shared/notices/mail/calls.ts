import type { Digest } from '../notice.ts';

/** The calls of the management API, and the page, that a mail names; ids are encoded, whatever they hold. */
export interface Calls {
  rotate(keyId: string): string;
  update(keyId: string, body: Readonly<Record<string, unknown>>): string;
  revoke(keyId: string, reason: 'compromised' | 'retired' | 'superseded'): string;
  rotation(keyId: string): string;
  listKeys(query?: Readonly<Record<string, string>>): string;
  listEvents(query: Readonly<Record<string, string>>): string;
  listKeyEvents(keyId: string): string;
  updateOrganization(): string;
  /** Address of the page of a key; null where there is none. */
  page(keyId: string): string | null;
}

export function callsOf(digest: Pick<Digest, 'organization' | 'managementUrl' | 'keyUrl'>): Calls {
  const { keyUrl } = digest;
  const organizationId = encodeURIComponent(digest.organization.id);
  const organization = `${digest.managementUrl.replace(/\/+$/, '')}/organizations/${organizationId}`;
  const key = (id: string) => `${organization}/keys/${encodeURIComponent(id)}`;
  return {
    rotate: (id) => `POST ${key(id)}/rotate`,
    update: (id, body) => `PATCH ${key(id)} ${JSON.stringify(body)}`,
    revoke: (id, reason) => `POST ${key(id)}/revoke ${JSON.stringify({ reason })}`,
    rotation: (id) => `GET ${key(id)}/rotation`,
    listKeys: (query = {}) => `GET ${organization}/keys${queryText(query)}`,
    listEvents: (query) => `GET ${organization}/events${queryText(query)}`,
    listKeyEvents: (id) => `GET ${key(id)}/events`,
    updateOrganization: () => `PATCH ${organization}`,
    page: (id) =>
      keyUrl === null
        ? null
        : keyUrl.replaceAll('{organizationId}', () => organizationId).replaceAll('{keyId}', () => encodeURIComponent(id)),
  };
}

function queryText(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%3A', ':')}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
