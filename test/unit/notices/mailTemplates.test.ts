import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { compiledFile, compileMails } from '../../../cli/mails/compile.ts';

describe('the templates of the mails', () => {
  it('are compiled as they are written: after a change, run node cli/compile-mails.ts', async () => {
    expect(readFileSync(compiledFile, 'utf8')).toBe(await compileMails());
  });

  it('reach a function without MJML, in under 40 kB', async () => {
    const { metafile, outputFiles } = await build({
      entryPoints: [new URL('../../../shared/notices/mail/composeMail.ts', import.meta.url).pathname],
      bundle: true,
      write: false,
      minify: true,
      metafile: true,
      format: 'esm',
      platform: 'node',
      // Every function holds it already.
      external: ['zod'],
    });
    const packages = Object.keys(metafile.inputs).flatMap((path) => /node_modules\/([^/]+)/.exec(path)?.[1] ?? []);
    expect([...new Set(packages)]).toEqual(['mustache']);
    expect(outputFiles[0]?.contents.length).toBeLessThan(40_000);
  });
});
