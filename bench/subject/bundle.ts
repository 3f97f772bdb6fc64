import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Plugin } from 'esbuild';

const bench = fileURLToPath(new URL('..', import.meta.url));
const repository = fileURLToPath(new URL('../..', import.meta.url));
const outputFolder = `${repository}.cache/bench/`;

/** The authorizer as it is deployed, or with its stores or its configuration replaced; or what it is compared with. */
export const bundles = {
  deployed: { entry: `${repository}functions/authorizer/key.ts`, replaced: {} },
  whole: { entry: `${bench}subject/whole.ts`, replaced: { 'gatewarden.config.ts': 'config.ts' } },
  stubbed: {
    entry: `${bench}subject/stubbed.ts`,
    replaced: {
      'gatewarden.config.ts': 'config.ts',
      'shared/keys/verificationStore.ts': 'stub.ts',
      'functions/signedCall/services.ts': 'stub.ts',
    },
  },
  sdk: { entry: `${bench}subject/sdk.ts`, replaced: {} },
} as const satisfies Record<string, { entry: string; replaced: Record<string, string> }>;

/** Bundles with the settings that CDK deploys with, and answers the bundle's path. */
export async function bundle(name: keyof typeof bundles): Promise<string> {
  mkdirSync(outputFolder, { recursive: true });
  const { entry, replaced } = bundles[name];
  const outfile = `${outputFolder}${name}.mjs`;
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    mainFields: ['module', 'main'],
    logLevel: 'warning',
    plugins: [replacing(replaced)],
  });
  return outfile;
}

/** Puts files of this folder in the place of the product's; the replacements themselves may import what they replace. */
function replacing(replaced: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'replace',
    setup({ onResolve }) {
      onResolve({ filter: /^\./ }, ({ path, resolveDir, importer }) => {
        if (importer.startsWith(`${bench}subject/`) && !path.startsWith('./')) return undefined;
        const file = fileURLToPath(new URL(path, `file://${resolveDir}/`));
        const replacement = file.startsWith(repository) ? replaced[file.slice(repository.length)] : undefined;
        return replacement === undefined ? undefined : { path: `${bench}subject/${replacement}` };
      });
    },
  };
}

/** What the authorizer finds in its environment; the account is nobody's. */
export const environment: Readonly<Record<string, string>> = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  KEYS_TABLE: 'keys',
  USAGE_TABLE: 'usage',
  PEPPER_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:pepper',
};
