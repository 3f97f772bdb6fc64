import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';

let modules: string[];
let builtIn: string[];
let bytes: number;

beforeAll(async () => {
  const { metafile } = await build({
    entryPoints: ['functions/authorizer/key.ts'],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    outfile: 'index.mjs',
  });
  const [output] = Object.values(metafile.outputs);
  modules = Object.entries(output?.inputs ?? {}).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : []));
  builtIn = (output?.imports ?? []).map(({ path }) => path);
  bytes = output?.bytes ?? Infinity;
});

describe('the bundle of the key authorizer, whose loading is its cold start', () => {
  it('holds of the SDK nothing but the signature and the conversion of items', () => {
    const packages = modules.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
    expect([...new Set(packages)].sort()).toEqual(['@aws-sdk/util-dynamodb', '@smithy/core', '@smithy/signature-v4']);
    expect(bytes).toBeLessThan(60_000);
  });

  it('imports neither node:http, whose exports load a WebSocket client, nor anything at its first use', () => {
    expect([...new Set(builtIn)].sort()).toEqual(['node:crypto', 'node:fs/promises', 'node:https', 'node:net', 'node:zlib']);
  });
});
