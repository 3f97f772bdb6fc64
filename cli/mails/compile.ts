import { readFileSync } from 'node:fs';
import mjml2html from 'mjml';

export const compiledFile = new URL('../../shared/notices/mail/compiled.ts', import.meta.url);

const templates = { digestTemplate: 'digest.mjml' } as const;

/** The module of the mails' HTML templates, as it belongs into `compiledFile`. Throws what MJML finds wrong. */
export async function compileMails(): Promise<string> {
  const constants: string[] = [];
  for (const [name, file] of Object.entries(templates)) {
    const source = readFileSync(new URL(`../../shared/notices/mail/templates/${file}`, import.meta.url), 'utf8');
    constants.push(`export const ${name} = ${JSON.stringify(await compile(source))};`);
  }
  return `// Written by \`node cli/compile-mails.ts\` from templates/*.mjml: change those.\n${constants.join('\n')}\n`;
}

async function compile(source: string): Promise<string> {
  // No fonts: each one known by its name would be fetched from elsewhere by whoever opens the mail.
  const { html } = await mjml2html(source, { validationLevel: 'strict', fonts: {}, keepComments: false });
  return html
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}
