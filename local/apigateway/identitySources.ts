import type { SubstitutionScope } from './substitution.ts';
import { mappedValue } from './substitution.ts';

/** The values of an authorizer's identity sources, in order; undefined when one is missing or empty. */
export function identityValues(sources: readonly string[], scope: SubstitutionScope): string[] | undefined {
  const values = sources.map((source) => mappedValue(source, scope));
  return values.every((value) => value !== undefined && value !== '') ? (values as string[]) : undefined;
}
