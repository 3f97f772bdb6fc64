import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export type Handler = (event: unknown, context: object) => unknown;

/** An error that Lambda reports under a type of its own. */
export class RuntimeError extends Error {
  override readonly name: string;
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** Loads `file.export` from the task root, looking for `.js`, `.mjs` and `.cjs` in Lambda's order. */
export async function loadHandler(taskRoot: string, handler: string): Promise<Handler> {
  const dot = handler.lastIndexOf('.');
  const name = handler.slice(0, dot);
  const exported = handler.slice(dot + 1);
  const file = ['.js', '.mjs', '.cjs'].map((extension) => path.join(taskRoot, name + extension)).find((at) => existsSync(at));
  if (file === undefined) throw new RuntimeError('Runtime.ImportModuleError', `Error: Cannot find module '${name}'`);
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown> & { default?: Record<string, unknown> };
  const found = module[exported] ?? module.default?.[exported];
  if (typeof found !== 'function') throw new RuntimeError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  if (found.length >= 3)
    throw new RuntimeError(
      'Runtime.CallbackHandlerDeprecated',
      'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24.',
    );
  return found as Handler;
}
