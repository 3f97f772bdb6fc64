import { formatJsonLine, formatTextLine, logLevels } from './logFormat.ts';
import type { LogLevel } from './logFormat.ts';

/** Sends what the code of this thread writes to stdout, stderr and the console to `post`, formatted as Lambda does. */
export function captureOutput(options: {
  format: 'JSON' | 'Text';
  minLevel: string;
  requestId: () => string;
  post: (text: string) => void;
}): void {
  const write = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    options.post(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
    const callback = typeof encoding === 'function' ? encoding : done;
    if (typeof callback === 'function') process.nextTick(callback);
    return true;
  };
  process.stdout.write = write;
  process.stderr.write = write;
  const lowest = Math.max(0, logLevels.findIndex((level) => level === options.minLevel));
  const at = (level: LogLevel) => (...params: unknown[]): void => {
    if (logLevels.indexOf(level) < lowest) return;
    const record = { timestamp: new Date().toISOString(), requestId: options.requestId(), level, params };
    options.post(`${options.format === 'JSON' ? formatJsonLine(record) : formatTextLine(record)}\n`);
  };
  Object.assign(console, {
    trace: at('TRACE'),
    debug: at('DEBUG'),
    info: at('INFO'),
    log: at('INFO'),
    warn: at('WARN'),
    error: at('ERROR'),
    fatal: at('FATAL'),
  });
}
