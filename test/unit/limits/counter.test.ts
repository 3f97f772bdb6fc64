import { describe, expect, it } from 'vitest';
import { refused } from '../../../shared/limits/admission.ts';
import { newCounter, payable, spend, takeAnswer } from '../../../shared/limits/counter.ts';

const window = { startMs: 0, endMs: 60_000 };
const at = { localMs: 100, monotonicMs: 100 };

describe('a counter', () => {
  it('gives no tokens back where an answer tells of fewer than are known to be taken', () => {
    const counter = { ...newCounter(window), knownUsed: 10 };
    takeAnswer(counter, { n: 3, unpaid: 0 }, { granted: false, used: 8 });
    expect(counter.knownUsed).toBe(10);
  });

  it('pays nothing of its slate where more is taken than the limit is by now', () => {
    expect(payable({ ...newCounter(window), knownUsed: 10, unpaid: 3 }, 5)).toBe(0);
  });

  it('remembers a bounded number of the tokens that were spent near the start of its window', () => {
    const counter = { ...newCounter(window), last: 5000 };
    for (let i = 0; i < 1001; i += 1) spend(counter, 5000, at);
    expect(counter.respendable).toHaveLength(1000);
    expect(counter.next).toBe(1002);
  });

  it('whose last tokens others have taken has none left for whoever is refused, though the store has some', () => {
    const policy = { name: 'default', code: 'rate_limited', subjectId: 'key_1', limit: 5, span: { windowSec: 60 } } as const;
    const charge = { policy, account: { rate: null, backOff: { failures: 0, untilMs: 0 }, counters: [] }, counter: { ...newCounter(window), knownUsed: 3 } };
    expect(refused([charge], { at, writes: 10, degraded: false })).toMatchObject({ allowed: false, remaining: 0 });
  });
});
