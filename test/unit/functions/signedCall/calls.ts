import { signedServices } from '../../../../functions/signedCall/services.ts';
import type { LoopbackService } from './loopbackService.ts';

/** The calls against a service on loopback, with a clock and an environment of the test's; waits take no time but the clock's. */
export function callsTo(service: LoopbackService) {
  const state = {
    nowMs: service.nowMs,
    elapsedMs: 0,
    random: 0.5,
    waits: [] as number[],
    environment: {
      AWS_ENDPOINT_URL: service.url,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
    } as Record<string, string>,
  };
  const calls = signedServices({
    region: 'eu-central-1',
    variable: (name) => state.environment[name],
    nowMs: () => state.nowMs,
    elapsedMs: () => state.elapsedMs,
    random: () => state.random,
    sleep: async (ms) => {
      state.waits.push(ms);
      state.elapsedMs += ms;
    },
  });
  return { state, calls, getKey: () => calls.getItem({ TableName: 'keys', Key: { pk: { S: 'KEY#1' }, sk: { S: 'KEY' } }, ConsistentRead: true }) };
}

/** What a promise is rejected with. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('It was not rejected.');
    },
    (error: unknown) => error,
  );
}
