import { vi } from 'vitest';

/** What a call writes to standard output, in lines. */
export async function linesOf(call: () => unknown): Promise<string[]> {
  const written: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  try {
    await call();
  } finally {
    spy.mockRestore();
  }
  return written.join('').split('\n').slice(0, -1);
}
