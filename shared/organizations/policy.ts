import { invalidField } from '../errors/invalidField.ts';
import type { Policy } from './organization.ts';
import type { PolicyChange } from './requests.ts';

/** A policy with some fields changed; 400 when it would contradict itself. */
export function changePolicy(current: Policy, { mailOn, ...change }: PolicyChange): Policy {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const mails = Object.fromEntries(Object.entries(mailOn ?? {}).filter(([, value]) => value !== undefined));
  const policy: Policy = { ...current, ...given, mailOn: { ...current.mailOn, ...mails } };
  const { maxKeyLifetimeDays: maximum, defaultKeyLifetimeDays: byDefault } = policy;
  if (maximum !== null && byDefault > maximum) {
    throw invalidField('policy.defaultKeyLifetimeDays', `The default, ${byDefault} days, must not exceed the maximum, ${maximum}.`);
  }
  return policy;
}
