import * as fc from 'fast-check';
import type { Fault, Turns } from './processes.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How SES does during a step. */
export type Weather = 'up' | 'throttles' | 'rejects';

/** A key by its number among those issued, counted round, or the one of which something has fallen due last. */
export type KeyChoice = number | 'due';

/** What is done to a key. */
export type Change =
  | { readonly do: 'issue'; readonly organization: number; readonly livesMs: number | null; readonly rotateInMs: number | null; readonly owner: string | null }
  | { readonly do: 'expiry'; readonly key: KeyChoice; readonly livesMs: number | null }
  | { readonly do: 'rotateBy'; readonly key: KeyChoice; readonly rotateInMs: number | null }
  | { readonly do: 'active'; readonly key: KeyChoice; readonly active: boolean }
  | { readonly do: 'rotate'; readonly key: KeyChoice; readonly graceHours: number; readonly livesMs: number | 'as before' }
  | { readonly do: 'revoke'; readonly key: KeyChoice };

export type Step =
  | Change
  | { readonly do: 'policy'; readonly organization: number; readonly noticeDays: readonly number[]; readonly mailOnExpiring: boolean }
  | { readonly do: 'suppress'; readonly recipient: string }
  | { readonly do: 'wait'; readonly ms: number }
  /** Until the next date of a key, a little before or after it. */
  | { readonly do: 'waitForNext'; readonly beyondMs: number }
  | { readonly do: 'sweep'; readonly fault: Fault | null; readonly mails: Weather }
  | { readonly do: 'stream'; readonly fault: Fault | null; readonly mails: Weather }
  | { readonly do: 'together'; readonly second: 'sweep' | 'stream' | Change; readonly turns: Turns; readonly gapMs: number }
  | { readonly do: 'ttl' };

export const addresses = ['ada@example.com', 'Grace@Example.com', 'ops@example.com'] as const;

const key = fc.oneof<fc.Arbitrary<KeyChoice>[]>(fc.constant('due' as const), fc.nat(11));
const livesMs = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(hourMs, 26 * hourMs, dayMs, 3 * dayMs, 7 * dayMs, 8 * dayMs, 14 * dayMs, 30 * dayMs, 31 * dayMs, 60 * dayMs, 90 * dayMs) },
  { weight: 2, arbitrary: fc.integer({ min: 60_000, max: 120 * dayMs }) },
);
const livesMaybeMs = fc.oneof({ weight: 12, arbitrary: livesMs }, { weight: 1, arbitrary: fc.constant(null) });
const rotateInMs = fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom(hourMs, dayMs, 10 * dayMs, 45 * dayMs) });
const owner = fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 2, arbitrary: fc.constantFrom(...addresses) });
const weather = fc.oneof({ weight: 8, arbitrary: fc.constant<Weather>('up') }, { weight: 1, arbitrary: fc.constantFrom<Weather>('throttles', 'rejects') });

const issue: fc.Arbitrary<Change> = fc.record({ do: fc.constant('issue' as const), organization: fc.nat(2), livesMs: livesMaybeMs, rotateInMs, owner });

const otherChange = fc.oneof<fc.Arbitrary<Change>[]>(
  fc.record({ do: fc.constant('expiry' as const), key, livesMs: livesMaybeMs }),
  fc.record({ do: fc.constant('expiry' as const), key, livesMs }),
  fc.record({ do: fc.constant('rotateBy' as const), key, rotateInMs }),
  fc.record({ do: fc.constant('active' as const), key, active: fc.boolean() }),
  fc.record({
    do: fc.constant('rotate' as const),
    key,
    graceHours: fc.oneof(fc.constantFrom(0, 24, 720), fc.integer({ min: 0, max: 720 })),
    livesMs: fc.oneof(fc.constant('as before' as const), livesMs),
  }),
  fc.record({ do: fc.constant('revoke' as const), key }),
);

const fault = (kinds: fc.Arbitrary<Pick<Fault, 'at' | 'nth'>>): fc.Arbitrary<Fault> =>
  fc.record({ where: kinds, when: fc.constantFrom('before' as const, 'after' as const), isDeadly: fc.boolean() })
    .map(({ where, ...rest }) => ({ ...where, ...rest }));

const aFault = fault(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ at: fc.constant('write' as const), nth: fc.oneof(fc.nat(2), fc.nat(10)) }) },
    { weight: 2, arbitrary: fc.record({ at: fc.constant('mail' as const), nth: fc.nat(2) }) },
    { weight: 2, arbitrary: fc.record({ at: fc.constant('read' as const), nth: fc.oneof(fc.nat(5), fc.nat(20)) }) },
    { weight: 1, arbitrary: fc.record({ at: fc.constant('search' as const), nth: fc.nat(60) }) },
  ),
);
const faultMaybe = fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: aFault });

const turns: fc.Arbitrary<Turns> = fc.record({ headStart: fc.nat(25), acts: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 8 }) });

const wait: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('wait' as const),
  ms: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(60_000, 10 * 60_000, hourMs, dayMs, 7 * dayMs) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 70 * dayMs }) }),
});
const waitForNext: fc.Arbitrary<Step> = fc.record({ do: fc.constant('waitForNext' as const), beyondMs: fc.constantFrom(-1, 0, 1, 30 * 60_000, 30 * 60_000) });
const sweep: fc.Arbitrary<Step> = fc.record({ do: fc.constant('sweep' as const), fault: faultMaybe, mails: weather });
const stream: fc.Arbitrary<Step> = fc.record({ do: fc.constant('stream' as const), fault: faultMaybe, mails: weather });
const policy: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('policy' as const),
  organization: fc.nat(2),
  noticeDays: fc.oneof(fc.constantFrom([6], [20], [60]), fc.uniqueArray(fc.constantFrom(1, 2, 7, 14, 20, 30, 45, 60), { maxLength: 4 })),
  mailOnExpiring: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
});
const brokenStream: fc.Arbitrary<Step> = fc.record({ do: fc.constant('stream' as const), fault: aFault, mails: fc.constant('up' as const) });
const revoke: fc.Arbitrary<Step> = fc.record({ do: fc.constant('revoke' as const), key });
const suppress: fc.Arbitrary<Step> = fc.record({ do: fc.constant('suppress' as const), recipient: fc.constantFrom('grace@example.com', 'root@example.com') });
const second = fc.oneof(
  { weight: 3, arbitrary: fc.constant('sweep' as const) },
  { weight: 1, arbitrary: fc.constant('stream' as const) },
  { weight: 4, arbitrary: otherChange },
  { weight: 1, arbitrary: issue },
);
const together: fc.Arbitrary<Step> = fc.record({ do: fc.constant('together' as const), second, turns, gapMs: fc.constantFrom(0, 0, 1, 60_000, 4 * 60_000) });
const ttl: fc.Arbitrary<Step> = fc.constant({ do: 'ttl' as const });
const purgeable: fc.Arbitrary<Step> = fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(90 * dayMs - 60_000, 90 * dayMs + 1000, 100 * dayMs) });

/** Steps that seldom come together by chance, and are worth it. */
const passage = fc.oneof<fc.WeightedArbitrary<Step[]>[]>(
  { weight: 5, arbitrary: fc.tuple(issue) },
  { weight: 4, arbitrary: fc.tuple(otherChange) },
  { weight: 1, arbitrary: fc.tuple(suppress) },
  { weight: 3, arbitrary: fc.tuple(wait) },
  { weight: 3, arbitrary: fc.tuple(sweep) },
  { weight: 7, arbitrary: fc.tuple(waitForNext, sweep) },
  { weight: 4, arbitrary: fc.tuple(waitForNext, together) },
  { weight: 3, arbitrary: fc.tuple(waitForNext, sweep, otherChange, sweep) },
  { weight: 2, arbitrary: fc.tuple(issue, stream) },
  { weight: 3, arbitrary: fc.tuple(otherChange, brokenStream) },
  { weight: 2, arbitrary: fc.tuple(policy, waitForNext, sweep) },
  { weight: 1, arbitrary: fc.tuple(purgeable, ttl, brokenStream, stream) },
  { weight: 1, arbitrary: fc.tuple(revoke, purgeable, ttl, brokenStream) },
);

/** A life: some keys to begin with, then anything. */
export const lives: fc.Arbitrary<Step[]> = fc
  .tuple(fc.array(issue, { minLength: 1, maxLength: 3 }), fc.array(passage, { minLength: 5, maxLength: 20, size: 'max' }))
  .map(([issued, passages]) => [...issued, ...passages.flat()]);
