import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LoopbackService } from './signedCall/loopbackService.ts';

let service: LoopbackService;
beforeEach(async () => {
  service = await LoopbackService.start();
  const environment = { AWS_ENDPOINT_URL: service.url, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
  service.close();
});

// A lease has 300 ms: a TLS handshake in a new container may take most of it, and would be a limit that is not counted.
it('a lease goes over the connection that the key was read by', async () => {
  const { services, leaseServices } = await import('../../../functions/verificationDependencies.ts');
  const Key = { pk: { S: 'x' }, sk: { S: 'x' } };
  await services().getItem({ TableName: 'keys', Key });
  await leaseServices().updateItem({ TableName: 'usage', Key });
  expect(service.asked).toHaveLength(2);
  expect(service.connections).toBe(1);
});
