import type { BackOff } from './backOff.ts';
import { noFailure } from './backOff.ts';
import { newCounter } from './counter.ts';
import type { Counter, Instant } from './counter.ts';
import { afterRequest } from './demandRate.ts';
import type { DemandRate } from './demandRate.ts';
import type { LimitPolicy } from './policy.ts';
import { policyId } from './policy.ts';
import { releasedMs, windowsAt } from './windows.ts';
import type { LimitWindow } from './windows.ts';

/** What a container knows of one policy. */
export interface Account {
  rate: DemandRate | null;
  backOff: BackOff;
  /** The windows that are under way: one, or two near a boundary. */
  counters: Counter[];
}

/** One counter that a request is charged to. */
export interface Charge {
  readonly policy: LimitPolicy;
  readonly account: Account;
  readonly counter: Counter;
}

export interface Ledger {
  /** Notes that a request came. */
  noteRequest(policy: LimitPolicy, at: Instant): void;
  /** The counters that it is charged to at this instant. */
  chargesOf(policy: LimitPolicy, at: Instant): readonly Charge[];
  readonly size: number;
}

/**
 * A container's accounts, bounded: the ones that were not asked for the longest go first, and the tokens that they held
 * are lost until their windows end.
 */
export function newLedger(maxAccounts: number): Ledger {
  const accounts = new Map<string, Account>();
  const accountOf = (policy: LimitPolicy): Account => {
    const id = policyId(policy);
    const account = accounts.get(id) ?? { rate: null, backOff: noFailure, counters: [] };
    // Set anew, it is the youngest: a Map remembers the order.
    accounts.delete(id);
    accounts.set(id, account);
    if (accounts.size > maxAccounts) for (const oldest of accounts.keys()) { accounts.delete(oldest); break; }
    return account;
  };
  return {
    noteRequest(policy, at) {
      const account = accountOf(policy);
      account.rate = afterRequest(account.rate, at.monotonicMs);
    },
    chargesOf(policy, at) {
      const account = accountOf(policy);
      account.counters = account.counters.filter(({ window }) => at.localMs < releasedMs(window));
      return windowsAt(policy.span, at.localMs).map((window) => ({ policy, account, counter: counterOf(account, window) }));
    },
    get size() {
      return accounts.size;
    },
  };
}

function counterOf(account: Account, window: LimitWindow): Counter {
  const known = account.counters.find((counter) => counter.window.startMs === window.startMs);
  if (known) return known;
  const counter = newCounter(window);
  account.counters.push(counter);
  return counter;
}
