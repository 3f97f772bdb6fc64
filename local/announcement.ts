/** What the terminal shows once everything runs. */
export interface Running {
  readonly managementUrl: string;
  readonly exampleUrl: string;
  readonly controlUrl: string;
  readonly awsEndpoint: string;
  readonly rootToken: string;
  readonly organizationId: string;
  readonly localFile: string;
  readonly seconds: number;
  /** How far the clock of this data was moved, in seconds. */
  readonly advancedSec: number;
}

/** Addresses, the root token, and a first walk through the system in commands that work as they stand. */
export function announcement(running: Running): string {
  const { managementUrl, exampleUrl, controlUrl, awsEndpoint, rootToken, localFile, seconds, advancedSec } = running;
  const moved = advancedSec === 0 ? '' : `  clock             ${advancedSec} s ahead (moved by POST ${controlUrl}/clock; --fresh forgets it)\n`;
  return `
Gatewarden is ready after ${seconds.toFixed(1)} s.

  management API    ${managementUrl}/v1   (${managementUrl}/v1/openapi.json)
  example API       ${exampleUrl}
  control           ${controlUrl}   (/clock, /logs)
  AWS endpoint      ${awsEndpoint}
${moved}
  root management token   ${rootToken}
  all of it as JSON       ${localFile}

Try it:

  # 1. issue a key for the example API, and keep the answer and its token
  ${issueCommand(running)}
  TOKEN=$(printf '%s' "$KEY" | ${pick('"token":"([^"]+)"')}) && ID=$(printf '%s' "$KEY" | ${pick('"id":"(key_[^"]+)"')}) && echo "$KEY"

  # 2. call the example API with it: 200
  curl -i -H "X-API-Key: $TOKEN" ${exampleUrl}/orders

  # 3. revoke it, then call again: 401
  ${revokeCommand(running)}

Ctrl-C stops it; the data stays.
`;
}

function issueCommand({ managementUrl, organizationId, rootToken }: Running): string {
  const body = JSON.stringify({ name: 'My first key', product: 'orders', environment: 'live', scopes: ['orders:read'] });
  return `KEY=$(curl -s -H 'X-API-Key: ${rootToken}' -H 'Content-Type: application/json' -d '${body}' ${managementUrl}/v1/organizations/${organizationId}/keys)`;
}

function revokeCommand({ managementUrl, organizationId, rootToken, exampleUrl }: Running): string {
  const url = `${managementUrl}/v1/organizations/${organizationId}/keys/$ID/revoke`;
  return `curl -i -H 'X-API-Key: ${rootToken}' -H 'Content-Type: application/json' -d '{"reason":"retired"}' ${url} && curl -i -H "X-API-Key: $TOKEN" ${exampleUrl}/orders`;
}

/** A filter for the first group of an expression, with no tool that a machine may lack. */
function pick(expression: string): string {
  return `sed -nE 's/.*${expression}.*/\\1/p'`;
}
