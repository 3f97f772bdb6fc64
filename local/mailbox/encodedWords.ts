/** A header's text with its encoded words (RFC 2047) read: `=?utf-8?q?Schl=C3=BCssel?=` → `Schlüssel`. */
export function decodeEncodedWords(text: string): string {
  // White space between two encoded words is not part of the text.
  const joined = text.replace(/(\?=)\s+(?==\?)/gu, '$1');
  return joined.replace(/=\?([\w-]{1,40})\?([bq])\?([^?\s]*)\?=/giu, (word, charset: string, encoding: string, data: string) => decodeWord(charset, encoding, data) ?? word);
}

function decodeWord(charset: string, encoding: string, data: string): string | undefined {
  try {
    const bytes = encoding.toLowerCase() === 'b' ? Buffer.from(data, 'base64') : quotedBytes(data);
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function quotedBytes(data: string): Buffer {
  const binary = data.replaceAll('_', ' ').replace(/=([0-9a-f]{2})/giu, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(binary, 'latin1');
}
