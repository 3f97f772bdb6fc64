import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { cleanEnvironment, run } from './children.ts';
import { account, region } from './emulator.ts';
import type { Emulator } from './emulator.ts';

/** Outputs by stack and name. */
export type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;
const outputsShape = z.record(z.string(), z.record(z.string(), z.string()));

export interface Deployment {
  readonly outputs: Outputs;
  /** What the CDK printed. */
  readonly output: string;
}

/** The CDK's command line, as an operator uses it in the project's folder, with the emulator for AWS. */
export interface Cdk {
  bootstrap(): Promise<void>;
  deployAll(): Promise<Deployment>;
}

export function createCdk(options: { emulator: Emulator; dir: string; project: string }): Cdk {
  const { emulator, dir, project } = options;
  const env = cleanEnvironment(dir, { ...emulator.environment, CI: 'true', CDK_DISABLE_CLI_TELEMETRY: 'true', npm_config_update_notifier: 'false' });

  const cdk = async (...args: string[]): Promise<string> => {
    await mkdir(dir, { recursive: true });
    // Without npx's option, a missing package would be fetched instead of reported.
    const command = ['--no-install', 'cdk', ...args, '--no-notices', '--output', join(dir, 'cdk.out')];
    const { code, output } = await run({ program: 'npx', args: command, cwd: project, env });
    if (code !== 0) throw new Error(`cdk ${args.join(' ')} failed with code ${code}:\n${lastLines(output, 60)}`);
    return output;
  };

  return {
    async bootstrap() {
      await cdk('bootstrap', `aws://${account}/${region}`);
    },
    async deployAll() {
      const file = join(dir, 'outputs.json');
      const output = await cdk('deploy', '--all', '--require-approval', 'never', '--outputs-file', file);
      return { outputs: outputsShape.parse(JSON.parse(await readFile(file, 'utf8'))), output };
    },
  };
}

function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
