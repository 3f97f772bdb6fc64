import type { ReadVariable } from './credentials.ts';

/** The services that are called this way: their names in host names, signatures and environment variables. */
export const services = {
  dynamodb: { variable: 'AWS_ENDPOINT_URL_DYNAMODB' },
  secretsmanager: { variable: 'AWS_ENDPOINT_URL_SECRETS_MANAGER' },
} as const;

export type Service = keyof typeof services;

const suffixes: readonly (readonly [prefix: string, suffix: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['us-iso-', 'c2s.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
];

/**
 * Where the service is, in every partition, unless the environment says otherwise as the SDKs let it. Throws where it
 * asks for endpoints that are not built here: quietly calling another one would break what it was set for.
 */
export function endpointOf(service: Service, region: string, variable: ReadVariable): URL {
  const configured = variable(services[service].variable) ?? variable('AWS_ENDPOINT_URL');
  if (configured) return readEndpoint(configured);
  for (const name of ['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT']) {
    if (variable(name) === 'true') {
      throw new Error(`${name} is not supported here: set ${services[service].variable} to the endpoint that you want.`);
    }
  }
  if (!/^[a-z0-9-]{1,40}$/.test(region)) throw new Error(`The region is malformed: ${JSON.stringify(region)}.`);
  const suffix = suffixes.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'amazonaws.com';
  return new URL(`https://${service}.${region}.${suffix}/`);
}

function readEndpoint(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw new Error(`The configured endpoint is not an HTTP URL: ${text}.`);
  return url;
}
