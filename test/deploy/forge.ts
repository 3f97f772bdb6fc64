import { randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A token with a right checksum for an id and a secret of ours, written from the format alone. */
export function forgeToken(keyId: string, secret: string): string {
  const text = `gw_live_${keyId.replace(/^key_/, '')}${secret}`;
  return text + checksum(text);
}

export function randomText(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(62)]).join('');
}

/** CRC-32 in six base62 digits. */
function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let place = 0; place < 6; place += 1) {
    digits = `${alphabet[rest % 62]}${digits}`;
    rest = Math.floor(rest / 62);
  }
  return digits;
}
