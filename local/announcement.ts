import type { ExampleData } from './exampleData.ts';

/** What the terminal shows once everything runs. */
export interface Running {
  readonly managementUrl: string;
  readonly exampleUrl: string;
  readonly mailboxUrl: string;
  readonly controlUrl: string;
  readonly awsEndpoint: string;
  readonly rootToken: string;
  readonly organizationId: string;
  readonly localFile: string;
  /** Another organization and its order; null where the configuration has no place for it. */
  readonly example: ExampleData | null;
  readonly seconds: number;
  /** How far the clock of this data was moved, in seconds. */
  readonly advancedSec: number;
}

/** Addresses, the root token, and a first walk through the system in commands that work as they stand. */
export function announcement(running: Running): string {
  const { managementUrl, exampleUrl, mailboxUrl, controlUrl, awsEndpoint, rootToken, localFile, seconds, advancedSec, example } = running;
  const moved = advancedSec === 0 ? '' : `  clock             ${advancedSec} s ahead (moved by POST ${controlUrl}/clock; --fresh forgets it)\n`;
  return `
Gatewarden is ready after ${seconds.toFixed(1)} s.

  management API    ${managementUrl}/v1   (${managementUrl}/v1/openapi.json)
  example API       ${exampleUrl}
  mailbox           ${mailboxUrl}
  control           ${controlUrl}   (/clock, /logs, /messages, /schedules, /sign-in)
  AWS endpoint      ${awsEndpoint}
${moved}
  root management token   ${rootToken}
  all of it as JSON       ${localFile}

Try it:

  # 1. issue a key for the example API; its token is shown this once
  ${issueCommand(running)}

  # 2. call the example API with it: 200
  curl -i -H "X-API-Key: $TOKEN" ${exampleUrl}/orders

  # 3. revoke it; from now on the second command is a 401
  ${revokeCommand(running)}
${example ? `\nThere is a second organization, ${example.organizationId}. Its order ${example.orderId} is a 404 for your keys.\n` : ''}
Ctrl-C stops it; the data stays.
`;
}

function issueCommand({ managementUrl, organizationId, rootToken }: Running): string {
  const body = JSON.stringify({ name: 'My first key', product: 'orders', environment: 'live', scopes: ['orders:read'] });
  const call = `curl -s -H 'X-API-Key: ${rootToken}' -H 'Content-Type: application/json' -d '${body}' ${managementUrl}/v1/organizations/${organizationId}/keys`;
  return `KEY=$(${call}); TOKEN=$(printf %s "$KEY" | sed -nE 's/.*"token":"([^"]+)".*/\\1/p'); echo "$KEY"`;
}

/** A token ends in the key's id (12 characters), the secret and the checksum (38). */
function revokeCommand({ managementUrl, organizationId, rootToken }: Running): string {
  const id = "key_$(printf %s \"$TOKEN\" | sed -E 's/.*(.{12}).{38}$/\\1/')";
  const url = `${managementUrl}/v1/organizations/${organizationId}/keys/${id}/revoke`;
  return `curl -i -H 'X-API-Key: ${rootToken}' -H 'Content-Type: application/json' -d '{"reason":"retired"}' "${url}"`;
}
