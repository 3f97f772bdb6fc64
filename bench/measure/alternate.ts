/** One of several things that are measured against each other. */
export interface Contender {
  /** Operations in one block. */
  readonly blockSize: number;
  /** Does that many operations. */
  readonly block: (operations: number) => void | Promise<void>;
}

export interface Timings {
  /** Microseconds per operation, one entry a round. Where nothing is waited for it is CPU time: the median leaves out blocks that were interrupted. */
  readonly us: number[];
  /** CPU of the whole process in microseconds per operation, over all rounds: for what waits. The clock for it may be too coarse for one block. */
  cpuUs: number;
}

/**
 * Measures contenders in turns, block by block, in this very process: A, B, C, then C, B, A, so that noise, heat and
 * garbage fall on all of them alike. The first quarter of the rounds is warm-up and is thrown away.
 */
export async function alternate<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  rounds: number,
): Promise<Record<Name, Timings>> {
  const names = Object.keys(contenders) as Name[];
  const timings = Object.fromEntries(names.map((name) => [name, { us: [], cpuUs: 0 }])) as unknown as Record<Name, Timings>;
  const warmUp = Math.ceil(rounds / 4);
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const { us, cpuUs } = await timeBlock(contenders[name]);
      if (round < 0) continue;
      timings[name].us.push(us);
      timings[name].cpuUs += cpuUs / rounds;
    }
  }
  return timings;
}

async function timeBlock({ blockSize, block }: Contender): Promise<{ us: number; cpuUs: number }> {
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  const pending = block(blockSize);
  // Awaited only where there is something to await, so that what is synchronous does not pay for it.
  if (pending) await pending;
  const us = (performance.now() - startMs) * 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { us: us / blockSize, cpuUs: (user + system) / blockSize };
}
