import { failure } from './failure.ts';

/** For how long a transaction's client request token stands for it. */
const TOKEN_LIFE_MS = 10 * 60 * 1000;

export interface UsedToken {
  token: string;
  /** Digest of the request that used it. */
  request: string;
  /** When the request ended, epoch milliseconds. */
  atMs: number;
}

/** The client request tokens of the transactions of the last ten minutes. */
export class RequestTokens {
  readonly #used = new Map<string, UsedToken>();

  /** Whether this request was carried out before; the same token for another request is an error. */
  isRepeat(token: string, request: string, nowMs: number): boolean {
    const used = this.#used.get(token);
    if (used === undefined || used.atMs + TOKEN_LIFE_MS <= nowMs) return false;
    if (used.request === request) return true;
    throw failure(
      'IdempotentParameterMismatchException',
      'Request was rejected because the client request token was used with different parameters.',
    );
  }

  remember(used: UsedToken): void {
    this.#used.set(used.token, used);
  }

  forgetOld(nowMs: number): void {
    for (const { token, atMs } of this.#used.values()) if (atMs + TOKEN_LIFE_MS <= nowMs) this.#used.delete(token);
  }

  entries(): UsedToken[] {
    return [...this.#used.values()];
  }
}
