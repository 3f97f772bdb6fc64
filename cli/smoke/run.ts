import type { Check } from './check.ts';
import { checkLimited } from './limited.ts';
import type { SmokeOptions } from './options.ts';
import { checkPassing } from './passing.ts';
import { checkUnauthorized, checkUnknownPath } from './refusals.ts';

/** Looks at a deployed API as a caller would. Takes seconds, and changes nothing but what its keys have used. */
export async function smoke(options: SmokeOptions): Promise<Check[]> {
  const checks: Check[] = [];
  for (const part of [checkUnauthorized, checkUnknownPath, checkPassing, checkLimited]) checks.push(...(await part(options)));
  return checks;
}
