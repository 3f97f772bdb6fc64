import { BlockList, isIP } from 'node:net';

/** Whether the text is an IPv4 or IPv6 address, alone or with a prefix length: `192.0.2.0/24`. */
export function isAddressRange(text: string): boolean {
  return parseRange(text) !== null;
}

/** Whether one of the ranges holds the address. An address that cannot be read is in none. */
export function isInRanges(address: string, ranges: readonly string[]): boolean {
  const family = familyOf(address);
  if (!family) return false;
  const list = new BlockList();
  for (const range of ranges) {
    const parsed = parseRange(range);
    // `::/0` is every IPv6 address. Node would let it hold every IPv4 address too, as mapped ones.
    const isOther = family === 'ipv4' && parsed?.family === 'ipv6' && parsed.prefix < mappedPrefix;
    if (parsed && !isOther) list.addSubnet(parsed.address, parsed.prefix, parsed.family);
  }
  return list.check(address, family);
}

/** IPv4 addresses as IPv6 ones are `::ffff:0:0/96`. */
const mappedPrefix = 96;

type Family = 'ipv4' | 'ipv6';

function parseRange(text: string): { address: string; prefix: number; family: Family } | null {
  const [address = '', prefixText, ...rest] = text.split('/');
  const family = familyOf(address);
  if (!family || rest.length > 0) return null;
  const longest = family === 'ipv4' ? 32 : 128;
  if (prefixText === undefined) return { address, prefix: longest, family };
  const prefix = /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : Number.NaN;
  return prefix <= longest ? { address, prefix, family } : null;
}

function familyOf(address: string): Family | null {
  // A zone (fe80::1%eth0) means something on one machine only.
  if (address.includes('%')) return null;
  return ({ 4: 'ipv4', 6: 'ipv6' } as const)[isIP(address)] ?? null;
}
