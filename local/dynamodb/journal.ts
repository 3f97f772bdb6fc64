import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** Below this a journal is not worth writing anew. */
const REWRITE_ABOVE_BYTES = 16 * 1024 * 1024;

/** Nobody else on the machine need read the data. */
const OWNER_ONLY = 0o600;

/**
 * An append-only file of JSON lines, each with its checksum. A line is in the file whole or not at all: what a crash
 * cut off is dropped at the next start. Lines are handed to the system before `append` returns, so they survive the
 * death of the process; against a power cut the file is only as safe as the system's own write-back.
 */
export class Journal {
  readonly #path: string;
  #fd: number;
  #bytes: number;
  #bytesOfLastRewrite: number;

  constructor(path: string) {
    this.#path = path;
    this.#fd = openSync(path, 'a+', OWNER_ONLY);
    this.#bytes = fstatSync(this.#fd).size;
    this.#bytesOfLastRewrite = this.#bytes;
  }

  /** The entries in the file, oldest first. Cuts off a torn last line; a broken line before the end is an error. */
  *entries(): Generator<unknown> {
    const file = readFileSync(this.#path);
    for (let start = 0; start < file.length; ) {
      const end = file.indexOf(10, start);
      const entry = end === -1 ? undefined : parseLine(file.subarray(start, end));
      if (entry === undefined) {
        if (end !== -1 && end !== file.length - 1) throw new Error(`${this.#path} is damaged at byte ${start}.`);
        this.#truncate(start);
        return;
      }
      yield entry;
      start = end + 1;
    }
  }

  append(entry: unknown): void {
    const line = Buffer.from(formatLine(entry));
    try {
      this.#bytes += writeWhole(this.#fd, line);
    } catch (cause) {
      this.#truncate(this.#bytes);
      throw new Error(`Cannot write to ${this.#path}.`, { cause });
    }
  }

  /** Whether so much was appended that the state itself is the shorter account. */
  get isLong(): boolean {
    return this.#bytes > Math.max(REWRITE_ABOVE_BYTES, 4 * this.#bytesOfLastRewrite);
  }

  /** Replaces the whole file by these entries; a crash on the way leaves the old one. */
  rewrite(entries: Iterable<unknown>): void {
    const next = openSync(`${this.#path}.next`, 'w', OWNER_ONLY);
    let bytes = 0;
    for (const entry of entries) bytes += writeWhole(next, Buffer.from(formatLine(entry)));
    fdatasyncSync(next);
    closeSync(next);
    renameSync(`${this.#path}.next`, this.#path);
    closeSync(this.#fd);
    this.#fd = openSync(this.#path, 'a+');
    this.#bytes = bytes;
    this.#bytesOfLastRewrite = bytes;
  }

  close(): void {
    fdatasyncSync(this.#fd);
    closeSync(this.#fd);
  }

  #truncate(bytes: number): void {
    ftruncateSync(this.#fd, bytes);
    this.#bytes = bytes;
  }
}

function writeWhole(fd: number, data: Buffer): number {
  let written = 0;
  while (written < data.length) written += writeSync(fd, data, written);
  return written;
}

function formatLine(entry: unknown): string {
  const json = JSON.stringify(entry);
  return `${checksum(json)} ${json}\n`;
}

function parseLine(line: Buffer): unknown {
  const json = line.subarray(9);
  if (line.subarray(0, 8).toString('latin1') !== checksum(json)) return undefined;
  return JSON.parse(json.toString());
}

function checksum(json: string | Buffer): string {
  return crc32(json).toString(16).padStart(8, '0');
}
