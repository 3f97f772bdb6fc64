/** What came back for one request. */
export interface Reply {
  /** 0 where nothing came back. */
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as a JSON object; empty where it is none. */
  readonly body: Readonly<Record<string, unknown>>;
}

const timeOutMs = 15_000;

/** One GET, no redirect followed: it would take the token along to wherever it points. */
export async function ask(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  try {
    const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(timeOutMs) });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text) };
  } catch (error) {
    const text = `no answer (${reasonOf(error)})`;
    return { status: 0, headers: new Headers(), text, body: {} };
  }
}

/** The ways in which a token may come. */
export const credentials = [
  ['X-API-Key: TOKEN', (token: string) => ({ 'X-API-Key': token })],
  ['Authorization: Bearer TOKEN', (token: string) => ({ Authorization: `Bearer ${token}` })],
  ['Authorization: x-api-key TOKEN', (token: string) => ({ Authorization: `x-api-key ${token}` })],
] as const;

/** A status as the table shows it. */
export function statusOf({ status, text }: Reply): string {
  return status === 0 ? text : String(status);
}

/** A header or a member as the table shows it. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
