import { randomInt } from 'node:crypto';
import * as z from 'zod';

const flag = z.union([z.boolean(), z.stringbool()]).default(false);

/** `GenerateSecretString` of AWS::SecretsManager::Secret. */
export const generateSecretString = z.object({
  PasswordLength: z.coerce.number().int().min(1).max(4096).default(32),
  ExcludeCharacters: z.string().default(''),
  ExcludeLowercase: flag,
  ExcludeUppercase: flag,
  ExcludeNumbers: flag,
  ExcludePunctuation: flag,
  IncludeSpace: flag,
  RequireEachIncludedType: z.union([z.boolean(), z.stringbool()]).default(true),
  SecretStringTemplate: z.string().optional(),
  GenerateStringKey: z.string().optional(),
});
export type GenerateSecretString = z.infer<typeof generateSecretString>;

/** The secret's text: a password, or the template's JSON object with a password under the key. */
export function generateSecretText(options: GenerateSecretString): string {
  const password = generatePassword(options);
  const { SecretStringTemplate, GenerateStringKey } = options;
  if (SecretStringTemplate === undefined || GenerateStringKey === undefined) return password;
  return JSON.stringify({ ...(JSON.parse(SecretStringTemplate) as object), [GenerateStringKey]: password });
}

function generatePassword(options: GenerateSecretString): string {
  const sets = [
    options.ExcludeLowercase ? '' : 'abcdefghijklmnopqrstuvwxyz',
    options.ExcludeUppercase ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    options.ExcludeNumbers ? '' : '0123456789',
    options.ExcludePunctuation ? '' : '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
    options.IncludeSpace ? ' ' : '',
  ]
    .map((set) => [...set].filter((character) => !options.ExcludeCharacters.includes(character)))
    .filter((set) => set.length > 0);
  const all = sets.flat();
  if (all.length === 0) throw new Error('GenerateSecretString excludes every character.');
  const draw = (): string => Array.from({ length: options.PasswordLength }, () => all[randomInt(all.length)]).join('');
  const hasEach = (password: string): boolean => sets.every((set) => set.some((character) => password.includes(character)));
  // Drawn again rather than patched: every password that qualifies stays equally likely.
  for (let attempt = 0; attempt < 10_000; attempt += 1) {
    const password = draw();
    if (!options.RequireEachIncludedType || hasEach(password)) return password;
  }
  throw new Error(`A password of ${options.PasswordLength} characters cannot hold each of ${sets.length} kinds.`);
}
