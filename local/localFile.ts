import path from 'node:path';

/** What a running platform tells other programs of this machine, in `.gatewarden/local.json`. */
export interface LocalFile {
  readonly pid: number;
  readonly managementUrl: string;
  readonly exampleUrl: string;
  /** The mails that arrived, to be looked at. */
  readonly mailboxUrl: string;
  readonly controlUrl: string;
  readonly rootToken: string;
  readonly organizationId: string;
}

export const localFileIn = (folder: string): string => path.join(folder, 'local.json');
