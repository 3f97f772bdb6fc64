import type { WireItem, WireValue } from './wire.ts';

/** DynamoDB's limit for one item. */
export const MAX_ITEM_BYTES = 400 * 1024;

/** What an item weighs: names and values in UTF-8, by the sizing rules of the developer guide. */
export function itemBytes(item: WireItem): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) bytes += Buffer.byteLength(name) + valueBytes(value);
  return bytes;
}

function valueBytes(value: WireValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.B !== undefined) return Buffer.byteLength(value.B, 'base64');
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + itemBytes(value.M);
  if (value.L !== undefined) return 3 + value.L.reduce((sum, member) => sum + 1 + valueBytes(member), 0);
  if (value.SS !== undefined) return value.SS.reduce((sum, member) => sum + Buffer.byteLength(member), 0);
  if (value.NS !== undefined) return value.NS.reduce((sum, member) => sum + numberBytes(member), 0);
  if (value.BS !== undefined) return value.BS.reduce((sum, member) => sum + Buffer.byteLength(member, 'base64'), 0);
  return 1;
}

// Approximately a byte for two significant digits, and one more: the guide gives no closer rule.
function numberBytes(digits: string): number {
  return Math.ceil(digits.replace(/^-?0*\.?0*|0+$|\./g, '').length / 2) + 1;
}
