import type { SignInIssuer } from './issuer.ts';
import { organizationStates } from './organization.ts';
import { people } from './people.ts';
import { steppingUp } from './pin.ts';
import { record } from './record.ts';
import type { Report } from './report.ts';
import { strangers } from './strangers.ts';
import type { System } from './system.ts';
import { newTenant } from './tenant.ts';

/** A tenant beside the operator's organization: its state, its people, what it cannot see, and its record. */
export async function secondOrganization(
  { system, issuer, dir }: { readonly system: System; readonly issuer: SignInIssuer; readonly dir: string },
  report: Report,
): Promise<void> {
  const tenant = await newTenant(system, report);
  const setting = { system, tenant, issuer };
  await report.part('Members sign in, and may do what their role says', async () => {
    const boss = await people(setting, report);
    await report.part('The PIN of a member', () => steppingUp(setting, boss, report));
    await report.part('What is another organization’s does not exist', () => strangers(setting, boss, report));
  });
  await organizationStates(system, tenant, report);
  await report.part('The record of what was done', () => record({ system, tenant, dir }, report));
}
