import { writeFileSync } from 'node:fs';
import { compiledFile, compileMails } from './mails/compile.ts';

// Compiles the mails' MJML anew: `node cli/compile-mails.ts`.
writeFileSync(compiledFile, await compileMails());
