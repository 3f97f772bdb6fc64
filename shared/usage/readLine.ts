import { isAccessLine, readAccessLine } from './accessLog.ts';
import { maxLineLength } from './fields.ts';
import type { LineReading } from './lineReading.ts';
import { readRefusalLine, refusalMessage } from './refusalLine.ts';
import { readVerifyLine, verifyMessage } from './verifyLine.ts';

/** Reads one line of a log, of which nothing is taken for granted. Never throws. */
export function readLine(message: string): LineReading {
  const line = message.trim();
  if (line.length > maxLineLength) return { kind: 'unreadable' };
  const value = parse(line);
  // By its beginning and not by a field: a second `kind` further on cannot make it another kind of line.
  if (isAccessLine(line)) return readAccessLine(line, value);
  if (typeof value !== 'object' || value === null) return { kind: 'unreadable' };
  const { message: about } = value as { readonly message?: unknown };
  if (about === refusalMessage) return readRefusalLine(value);
  if (about === verifyMessage) return readVerifyLine(value);
  return { kind: 'ignored' };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
