import { Problem } from './problems.ts';

/** A 400 about one field: `scopes[1]`, or the name of a header. */
export function invalidField(path: string, message: string): Problem {
  return new Problem('invalid_request', `The request is invalid: ${path}.`, { extras: { errors: [{ path, message }] } });
}
