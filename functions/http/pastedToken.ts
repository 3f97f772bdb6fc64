import type { FieldError } from '../../shared/errors/problems.ts';
import { holdsToken } from '../../shared/keys/token.ts';
import { config } from '../config.ts';

const message = 'This holds a token, which belongs in no field: it would be stored, logged and shown.';

/** The fields of a checked request that hold a whole token of this deployment; values and member names alike. */
export function findPastedTokens(value: unknown, path = ''): FieldError[] {
  if (typeof value === 'string') return holdsToken(config.tokenPrefix, value) ? [{ path, message }] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    // The name itself is not repeated.
    holdsToken(config.tokenPrefix, name) ? [{ path, message }] : findPastedTokens(member, memberPath(value, path, name)),
  );
}

function memberPath(parent: object, path: string, name: string): string {
  if (Array.isArray(parent)) return `${path}[${name}]`;
  return path ? `${path}.${name}` : name;
}
