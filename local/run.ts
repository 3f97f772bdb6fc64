import { rmSync } from 'node:fs';
import path from 'node:path';
import { announcement } from './announcement.ts';
import { startControl } from './control.ts';
import { lockDataFolder } from './dataFolderLock.ts';
import { exampleData } from './exampleData.ts';
import { requireFreePorts } from './freePorts.ts';
import { localFileIn } from './localFile.ts';
import type { LocalFile } from './localFile.ts';
import { startMailbox } from './mailbox/server.ts';
import type { StartOptions } from './options.ts';
import { startPlatform } from './platform.ts';
import type { Platform } from './platform.ts';
import { fixedPortCount, portOffsets } from './ports.ts';
import { removeFile, writePrivateJson } from './privateFile.ts';
import { projectDir, synthesizeIfChanged } from './synth.ts';

/** Where `npm start` keeps everything, unless it is told otherwise. */
export const defaultFolder = path.join(projectDir, '.gatewarden');

export interface RunOptions extends StartOptions {
  /** Holds data, assembly and `local.json`. */
  readonly folder: string;
  /** Ends a start that is under way. */
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** Starts the whole system on this machine and says where it is; the answer stops it. What fails leaves nothing running. */
export async function run({ firstPort, isFresh, folder, signal, say }: RunOptions): Promise<() => Promise<void>> {
  const startedMs = performance.now();
  const undo: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    undo.push(lockDataFolder(folder));
    const localFile = localFileIn(folder);
    // What a killed platform left behind must not pass for this one before it is ready.
    removeFile(localFile);
    await requireFreePorts(firstPort, fixedPortCount);
    const dataDir = path.join(folder, 'data');
    if (isFresh) rmSync(dataDir, { recursive: true, force: true });
    const assemblyDir = await assembly(folder, signal, say);
    const platform = await startPlatform({ assemblyDir, dataDir, firstPort });
    undo.push(() => platform.stop());
    const mailbox = await startMailbox(platform.mail.messages, firstPort + portOffsets.mailbox);
    undo.push(() => mailbox.close());
    const control = await startControl(platform, firstPort + portOffsets.control);
    undo.push(() => control.close());
    signal.throwIfAborted();
    const local = describe(platform, { mailboxUrl: mailbox.url, controlUrl: control.url });
    const example = await exampleData(dataDir, local);
    undo.push(() => removeFile(localFile));
    writePrivateJson(localFile, local);
    const seconds = (performance.now() - startedMs) / 1000;
    const advancedSec = Math.round(platform.clock.offsetMs() / 1000);
    say(announcement({ ...local, example, awsEndpoint: platform.awsEndpoint, localFile: path.relative(process.cwd(), localFile), seconds, advancedSec }));
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assembly(folder: string, signal: AbortSignal, say: (text: string) => void): Promise<string> {
  const outDir = path.join(folder, 'cdk.out');
  say('Synthesizing the stacks and their functions, where the sources have changed …');
  await synthesizeIfChanged({ outDir, signal });
  return outDir;
}

function describe(platform: Platform, urls: Pick<LocalFile, 'mailboxUrl' | 'controlUrl'>): LocalFile {
  const rootToken = platform.secret(stackOutput(platform, 'RootTokenSecretName').value);
  if (rootToken === undefined) throw new Error('The secret of the root management token is empty.');
  return {
    pid: process.pid,
    managementUrl: apiUrl(platform, stackOutput(platform, 'ManagementUrl').stack),
    exampleUrl: apiUrl(platform, stackOutput(platform, 'OrdersUrl').stack),
    ...urls,
    rootToken,
    organizationId: stackOutput(platform, 'OrganizationId').value,
  };
}

/** An output by its name alone: the stacks carry the name of the deployment. */
function stackOutput({ outputs }: Platform, name: string): { stack: string; value: string } {
  const found = Object.entries(outputs).find(([, values]) => name in values);
  const value = found?.[1][name];
  if (!found || value === undefined) throw new Error(`No stack has the output ${name}.`);
  return { stack: found[0], value };
}

function apiUrl({ apis }: Platform, stack: string): string {
  const api = [...apis.values()].find((candidate) => candidate.stack === stack);
  if (!api) throw new Error(`The stack ${stack} has no REST API.`);
  return api.url;
}
