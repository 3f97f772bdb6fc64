import * as z from 'zod';
import { persisted } from '../persisted.ts';
import { parseAddress } from './address.ts';
import { badRequest, notFound } from './sesError.ts';

/** The suppression list of the account: addresses that SES takes mails for and does not write to. */
export interface Suppressions {
  /** `BOUNCE` or `COMPLAINT`, undefined for an address that is not on the list. */
  reasonFor(email: string): string | undefined;
  /** PutSuppressedDestination. */
  put(input: unknown): object;
  /** GetSuppressedDestination; throws a NotFoundException. */
  get(email: string): object;
  /** ListSuppressedDestinations, all on one page. */
  list(): object;
  /** DeleteSuppressedDestination; throws a NotFoundException. */
  remove(email: string): object;
}

const reason = z.enum(['BOUNCE', 'COMPLAINT']);
const stored = z.record(z.string(), z.object({ reason, updatedMs: z.number() }));
const putInput = z.strictObject({ EmailAddress: z.string(), Reason: reason });

export function createSuppressions({ dataDir, nowMs }: { dataDir: string | undefined; nowMs: () => number }): Suppressions {
  const state = persisted({ dataDir, name: 'suppressedAddresses', schema: stored, initial: {} });
  const find = (email: string) => (Object.hasOwn(state.value, email.toLowerCase()) ? state.value[email.toLowerCase()] : undefined);
  const require = (email: string) => {
    const entry = find(email);
    if (!entry) throw notFound(`Email address ${email} does not exist on your suppression list.`);
    return { EmailAddress: email.toLowerCase(), Reason: entry.reason, LastUpdateTime: entry.updatedMs / 1000 };
  };
  return {
    reasonFor: (email) => find(email)?.reason,
    put(input) {
      const parsed = putInput.safeParse(input);
      if (!parsed.success) throw badRequest(z.prettifyError(parsed.error));
      const { email } = parseAddress(parsed.data.EmailAddress);
      state.value = { ...state.value, [email.toLowerCase()]: { reason: parsed.data.Reason, updatedMs: nowMs() } };
      state.save();
      return {};
    },
    get: (email) => ({ SuppressedDestination: require(email) }),
    list: () => ({ SuppressedDestinationSummaries: Object.keys(state.value).map(require) }),
    remove(email) {
      require(email);
      const { [email.toLowerCase()]: _removed, ...rest } = state.value;
      state.value = rest;
      state.save();
      return {};
    },
  };
}
