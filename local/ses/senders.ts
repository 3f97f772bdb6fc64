import { domainOf } from './address.ts';
import { notFound, notVerified } from './sesError.ts';

export interface Identity {
  /** An address or a domain. */
  readonly name: string;
  /** Of mails from it that name none. */
  readonly configurationSet: string | undefined;
}

export const sendingEvents = ['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT'] as const;
export type SendingEvent = (typeof sendingEvents)[number];

export interface ConfigurationSet {
  readonly name: string;
  /** Why an address on the account's suppression list is not written to. */
  readonly suppressedReasons: readonly string[];
  /** What is published on the default event bus. */
  readonly published: Set<string>;
}

/** Who may send on this platform, and what becomes of the events of it: what the templates say. */
export interface Senders {
  addIdentity(identity: Identity): void;
  /** Empty where no template has one: whatever it was, it was verified outside. */
  identities(): readonly Identity[];
  addConfigurationSet(set: ConfigurationSet): void;
  /** Throws a NotFoundException for a name that no template has. */
  configurationSet(name: string): ConfigurationSet;
  /** The identity that covers a sender's address, undefined where the templates have none; throws MessageRejected. */
  identityOf(email: string): Identity | undefined;
}

export function createSenders(region: string): Senders {
  const identities: Identity[] = [];
  const sets = new Map<string, ConfigurationSet>();
  return {
    addIdentity: (identity) => void identities.push(identity),
    identities: () => identities,
    addConfigurationSet: (set) => void sets.set(set.name, set),
    configurationSet(name) {
      const set = sets.get(name);
      if (!set) throw notFound(`Configuration set ${name} does not exist.`);
      return set;
    },
    identityOf(email) {
      const identity = identities.find(({ name }) => covers(name, email));
      if (!identity && identities.length > 0) throw notVerified(region, [email]);
      return identity;
    },
  };
}

/** An address covers itself, in the case it was verified in; a domain covers all its addresses, and its subdomains'. */
function covers(identity: string, email: string): boolean {
  if (identity.includes('@')) return identity.slice(0, identity.lastIndexOf('@')) === email.slice(0, email.lastIndexOf('@')) && domainOf(identity) === domainOf(email);
  const domain = domainOf(email);
  return domain === identity.toLowerCase() || domain.endsWith(`.${identity.toLowerCase()}`);
}
