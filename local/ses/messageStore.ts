import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { readJsonFile, removeFile, writePrivateJson } from '../privateFile.ts';
import { mailMessage } from './message.ts';
import type { MailMessage } from './message.ts';

/** The mails that arrived on this platform: the newest 1,000, kept over a restart where there is a data folder. */
export interface MessageStore {
  add(message: MailMessage): void;
  /** Oldest first, as they arrived. */
  list(): readonly MailMessage[];
  find(id: string): MailMessage | undefined;
  /** Forgets all of them; how many they were. */
  clear(): number;
  /** Grows with every change. */
  revision(): number;
}

interface Kept {
  readonly place: number;
  readonly message: MailMessage;
}

const defaultMax = 1_000;
const fileName = /^(\d{12})\.json$/u;

/** One file a mail, in `<dataDir>/mails`: a mail costs the writing of itself, however many there are. */
export function createMessageStore({ dataDir, max = defaultMax }: { dataDir: string | undefined; max?: number }): MessageStore {
  const folder = dataDir === undefined ? undefined : path.join(dataDir, 'mails');
  let kept = folder === undefined ? [] : readMessages(folder);
  let nextPlace = (kept.at(-1)?.place ?? 0) + 1;
  let revision = 0;
  const fileOf = (place: number): string | undefined => folder && path.join(folder, `${String(place).padStart(12, '0')}.json`);
  const forget = (count: number): void => {
    for (const { place } of kept.slice(0, count)) {
      const file = fileOf(place);
      if (file !== undefined) removeFile(file);
    }
    kept = kept.slice(count);
  };
  return {
    add(message) {
      const place = nextPlace;
      nextPlace += 1;
      const file = fileOf(place);
      if (file !== undefined) writePrivateJson(file, message);
      kept.push({ place, message });
      revision += 1;
      if (kept.length > max) forget(kept.length - max);
    },
    list: () => kept.map(({ message }) => message),
    find: (id) => kept.find(({ message }) => message.id === id)?.message,
    clear() {
      const count = kept.length;
      forget(count);
      revision += 1;
      return count;
    },
    revision: () => revision,
  };
}

function readMessages(folder: string): Kept[] {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const names = readdirSync(folder).toSorted();
  return names.flatMap((name) => {
    const place = fileName.exec(name)?.[1];
    return place === undefined ? [] : [{ place: Number(place), message: mailMessage.parse(readJsonFile(path.join(folder, name))) }];
  });
}
