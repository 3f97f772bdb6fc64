import { createFlexibleTable, flexibleLimiter } from '../compared/rateLimiterFlexible.ts';
import type { FlexibleLimiter } from '../compared/rateLimiterFlexible.ts';
import { leasedLimiter } from '../compared/leasedLimiter.ts';
import { alternate } from '../measure/alternate.ts';
import type { Contender } from '../measure/alternate.ts';
import { exactly, report } from '../measure/finding.ts';
import type { Finding } from '../measure/finding.ts';
import { ratiosOf, spreadOf } from '../measure/statistics.ts';
import { bundle } from '../subject/bundle.ts';
import { issueKeys } from '../subject/keys.ts';
import { startStore } from '../subject/startStore.ts';
import type * as whole from '../subject/whole.ts';

// The limiter against rate-limiter-flexible, both on the embedded store, which has a process of its own: requests of
// one busy key, eight at a time. And how many pass where more come than may.

const store = await startStore(issueKeys(1));
await createFlexibleTable(store.endpoint);
const { services } = (await import(await bundle('whole'))) as typeof whole;
const findings = [...(await throughput()), ...(await overAdmission())];
store.stop();
report(findings);

async function throughput(): Promise<Finding[]> {
  const never = { limit: 60_000_000, windowSec: 60 };
  const own = leasedLimiter(services(), never);
  const other = await flexibleLimiter(store.endpoint, never);
  const measured = await alternate({ own: eightAtATime(own, 4_000), other: eightAtATime(other, 48) }, 32);
  const requests = { own: 40 * 4_000, other: 40 * 48 };
  return [
    { what: 'a request of rate-limiter-flexible', value: spreadOf(measured.other.us), unit: 'µs' },
    { what: 'a request of the limiter', value: spreadOf(measured.own.us), unit: 'µs' },
    { what: 'throughput / rate-limiter-flexible', value: ratiosOf(measured.other.us, measured.own.us), unit: 'x', threshold: { atLeast: 25 } },
    { what: 'writes a request, rate-limiter-flexible', value: exactly(other.writes() / requests.other), unit: 'writes' },
    { what: 'writes a request, the limiter', value: exactly(own.writes() / requests.own), unit: 'writes', threshold: { atMost: 0.05 } },
  ];
}

function eightAtATime(limiter: FlexibleLimiter, blockSize: number): Contender {
  const block = async (n: number): Promise<void> => {
    for (let i = 0; i < n; i += 8) {
      const passed = await Promise.all(Array.from({ length: 8 }, () => limiter.take('key_busy')));
      if (!passed.every(Boolean)) throw new Error('A request within the limit was refused.');
    }
  };
  return { blockSize, block };
}

/** Four times the limit at eight containers at once. */
async function overAdmission(): Promise<Finding[]> {
  const limit = 500;
  const hour = { limit, windowSec: 3600 };
  const containers = Array.from({ length: 8 }, () => leasedLimiter(services(), hour));
  const others = await Promise.all(containers.map(() => flexibleLimiter(store.endpoint, hour)));
  const [own, other] = [await passedOf(containers), await passedOf(others)];
  return [
    { what: `passed beyond a limit of ${limit}, 2,000 requests to 8 containers`, value: exactly(Math.max(own - limit, 0)), unit: 'requests', threshold: { atMost: 0 } },
    { what: 'of the limit, let through', value: exactly((100 * Math.min(own, limit)) / limit), unit: '%', threshold: { atLeast: 95 } },
    { what: 'passed beyond it, rate-limiter-flexible', value: exactly(Math.max(other - limit, 0)), unit: 'requests' },
  ];
}

async function passedOf(containers: readonly FlexibleLimiter[]): Promise<number> {
  for (;;) {
    const began = hourNow();
    let passed = 0;
    for (let round = 0; round < 250; round += 1) {
      const answers = await Promise.all(containers.map((container) => container.take(`key_attacked${began}`)));
      passed += answers.filter(Boolean).length;
    }
    // One that crossed the hour had two windows to fill: again, in the new one.
    if (hourNow() === began) return passed;
  }
}

function hourNow(): number {
  return Math.floor(Date.now() / 3_600_000);
}
