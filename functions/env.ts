/** The one place that reads `process.env`. Throws at cold start when a name that the function needs is missing. */
export function readEnv<Name extends string>(...names: readonly Name[]): Record<Name, string> {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0) throw new Error(`Environment variables are missing: ${missing.join(', ')}.`);
  return Object.fromEntries(names.map((name) => [name, process.env[name]])) as Record<Name, string>;
}

/** What a variable holds now, for those that may be absent or may change while the container lives. */
export function readOptionalEnv(name: string): string | undefined {
  return process.env[name] || undefined;
}
