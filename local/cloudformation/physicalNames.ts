import { createHash } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Letters that follow from a text alone: the same at every start, another for another text. */
export function stableSuffix(text: string, length: number): string {
  const digest = createHash('sha256').update(text).digest();
  return [...digest.subarray(0, length)].map((byte) => alphabet[byte % alphabet.length]).join('');
}

/** The name that a resource without one of its own gets: `<stack>-<logicalId>-<12 letters>`, cut to `maxLength`. */
export function physicalName(stack: string, logicalId: string, maxLength = 64): string {
  const suffix = stableSuffix(`${stack}/${logicalId}`, 12);
  const room = maxLength - suffix.length - 2;
  const shortStack = stack.slice(0, Math.max(Math.floor(room / 2), room - logicalId.length));
  return `${shortStack}-${logicalId.slice(0, room - shortStack.length)}-${suffix}`;
}

/** The id of an API, an authorizer or the like: lower-case letters and digits. */
export function shortId(stack: string, logicalId: string, length = 10): string {
  return stableSuffix(`${stack}/${logicalId}`, length).toLowerCase();
}
