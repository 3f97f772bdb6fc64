import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { endpointOf } from '../../../../functions/signedCall/endpoint.ts';

const nothing = () => undefined;
const from = (variables: Record<string, string>) => (name: string) => variables[name];

describe('the endpoints are those of the SDK', () => {
  const regions = [
    ['us-east-1', 'amazonaws.com'],
    ['eu-central-1', 'amazonaws.com'],
    ['us-gov-west-1', 'amazonaws.com'],
    ['cn-north-1', 'amazonaws.com.cn'],
    ['eusc-de-east-1', 'amazonaws.eu'],
    ['us-iso-east-1', 'c2s.ic.gov'],
    ['us-isob-east-1', 'sc2s.sgov.gov'],
    ['us-isof-south-1', 'csp.hci.ic.gov'],
    ['eu-isoe-west-1', 'cloud.adc-e.uk'],
  ] as const;
  it.each(regions)('in %s', (region, suffix) => {
    const dynamodb = endpointOf('dynamodb', region, nothing).hostname;
    const secretsmanager = endpointOf('secretsmanager', region, nothing).hostname;
    expect([dynamodb, secretsmanager]).toEqual([`dynamodb.${region}.${suffix}`, `secretsmanager.${region}.${suffix}`]);
    const ofSdk = [new DynamoDBClient({ region }), new SecretsManagerClient({ region })].map(({ config }) =>
      config.endpointProvider({ Region: region, UseDualStack: false, UseFIPS: false } as never),
    );
    expect([dynamodb, secretsmanager]).toEqual(ofSdk.map(({ url }) => url.hostname));
  });
});

describe('an endpoint that the environment names', () => {
  const both = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:2/path/' };

  it('is used, the one of the service before the common one', () => {
    expect(endpointOf('dynamodb', 'us-east-1', from(both)).href).toBe('http://127.0.0.1:2/path/');
    expect(endpointOf('secretsmanager', 'us-east-1', from(both)).href).toBe('http://127.0.0.1:1/');
    const ofSecrets = from({ AWS_ENDPOINT_URL_SECRETS_MANAGER: 'https://localhost:3' });
    expect(endpointOf('secretsmanager', 'us-east-1', ofSecrets).href).toBe('https://localhost:3/');
  });

  it.each(['nonsense', 'ftp://127.0.0.1', 'file:///x'])('is refused at the start when it is %s', (url) => {
    expect(() => endpointOf('dynamodb', 'us-east-1', from({ AWS_ENDPOINT_URL: url }))).toThrow('The configured endpoint is not an HTTP URL');
  });
});

it.each(['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT'])('%s is refused rather than overlooked', (name) => {
  expect(() => endpointOf('dynamodb', 'us-east-1', from({ [name]: 'true' }))).toThrow(
    `${name} is not supported here: set AWS_ENDPOINT_URL_DYNAMODB to the endpoint that you want.`,
  );
});

it.each(['', 'us-east-1.evil.example/', 'us east 1'])('a region that is none (%j) is no part of a host name', (region) => {
  expect(() => endpointOf('dynamodb', region, nothing)).toThrow('The region is malformed');
});
