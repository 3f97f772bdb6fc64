import type { System } from './system.ts';

/** An export of events as text; the secrets that the test has seen must not stand in it. */
export async function exportOf(system: System, path: string, accept: string, token = system.rootToken) {
  const credential = token.split('.').length === 3 ? { Authorization: `Bearer ${token}` } : { 'X-API-Key': token };
  const response = await fetch(`${system.managementUrl}/v1${path}`, { headers: { ...credential, Accept: accept } });
  const body = await response.text();
  if (system.leaks.isIn(body)) throw new Error(`${path}: the export holds a token.`);
  return { status: response.status, headers: response.headers, body };
}
