import { verificationStore } from '../shared/keys/verificationStore.ts';
import { pepperStore } from '../shared/peppers/store.ts';
import { readEnv, readOptionalEnv } from './env.ts';
import { httpExchange } from './signedCall/exchange.ts';
import { signedServices } from './signedCall/services.ts';

// The part of the composition root that the key authorizer needs: apart, since the rest of it loads the SDK.

/** Milliseconds since the epoch. */
export function nowMs(): number {
  return Date.now();
}

/** What a verification reads, uncached. */
export function verificationReads() {
  return verificationStore({ client: services(), name: readEnv('KEYS_TABLE').KEYS_TABLE });
}

/** The peppers of this deployment, kept for five minutes in this container. */
export function peppers() {
  return pepperStore({ client: services(), secretArn: readEnv('PEPPER_SECRET_ARN').PEPPER_SECRET_ARN, nowMs });
}

// A lease is expendable: a table that fails must not hold up a verification, nor use up the tries of its reads.
const leaseBudgetMs = 300;

let keptForLeases: ReturnType<typeof signedServices> | undefined;

/**
 * The same for the leases of limits: with tries of their own, and little time. Over the same connections: a key is read
 * before its limits are asked for, and a new connection could take all of that time.
 */
export function leaseServices(): ReturnType<typeof signedServices> {
  keptForLeases ??= newServices({ budgetMs: leaseBudgetMs });
  return keptForLeases;
}

let kept: ReturnType<typeof signedServices> | undefined;

/** The calls of DynamoDB and Secrets Manager that stand on the way of a verification. */
export function services(): ReturnType<typeof signedServices> {
  kept ??= newServices({});
  return kept;
}

const exchange = httpExchange();

function newServices(limits: { readonly budgetMs?: number }): ReturnType<typeof signedServices> {
  return signedServices({
    ...limits,
    exchange,
    region: readEnv('AWS_REGION').AWS_REGION,
    variable: readOptionalEnv,
    nowMs,
    elapsedMs: () => performance.now(),
    random: Math.random,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
}
