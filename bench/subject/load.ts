import type { IssuedKeys } from './keys.ts';
import { organizationOn } from './keys.ts';
import { bundle, environment } from './bundle.ts';
import type * as stubbed from './stubbed.ts';

type Stubbed = typeof stubbed;

/** The authorizer with stubbed stores that hold these keys; `instance` (`?two`) asks for another one. */
export async function loadStubbed(keys: IssuedKeys, instance = ''): Promise<Stubbed> {
  Object.assign(process.env, environment);
  const subject = (await import(`${await bundle('stubbed')}${instance}`)) as Stubbed;
  Object.assign(subject.stub, { records: keys.records, organization: organizationOn('unlimited'), pepper: keys.pepper });
  return subject;
}
