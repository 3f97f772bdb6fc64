export const base62Alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Source of randomness: `crypto.randomBytes` in production. */
export type RandomBytes = (size: number) => Uint8Array;

// 248 is the largest multiple of 62 in a byte; taking what lies above would favour the first eight characters.
const unbiasedBelow = 248;

/** `length` characters, each equally likely. */
export function randomBase62(length: number, randomBytes: RandomBytes): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length * 2)) {
      if (byte < unbiasedBelow && text.length < length) text += base62Alphabet.charAt(byte % 62);
    }
  }
  return text;
}

/** A non-negative integer in base 62, padded with zeros to `width`. */
export function encodeBase62(value: number, width: number): string {
  let text = '';
  for (let rest = value; text.length < width; rest = Math.floor(rest / 62)) {
    text = base62Alphabet.charAt(rest % 62) + text;
  }
  return text;
}
