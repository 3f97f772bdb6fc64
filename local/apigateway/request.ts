/** One request as it came in, taken apart as far as API Gateway does: nothing of the path is decoded. */
export interface ApiRequest {
  readonly method: string;
  /** Path without query, as sent. */
  readonly rawPath: string;
  /** What stands behind the question mark, as sent. */
  readonly rawQuery: string;
  readonly query: readonly (readonly [string, string])[];
  /** In the order and the letter case that the client sent. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  readonly sourceIp: string;
  /** `HTTP/1.1`. */
  readonly protocol: string;
}

/** The target of a request line, without normalisation: `..`, `//` and `%2F` stay what they are. */
export function splitTarget(target: string): { rawPath: string; rawQuery: string } {
  // An absolute-form target (`GET http://host/path`) is legal and means its path.
  const path = /^https?:\/\/[^/?#]*/iu.exec(target) ? target.replace(/^https?:\/\/[^/?#]*/iu, '') : target;
  const withoutFragment = path.split('#', 1)[0] ?? '';
  const question = withoutFragment.indexOf('?');
  if (question < 0) return { rawPath: withoutFragment || '/', rawQuery: '' };
  return { rawPath: withoutFragment.slice(0, question) || '/', rawQuery: withoutFragment.slice(question + 1) };
}

/** The parameters of a query string, decoded; undefined where a percent sign does not begin an escape of UTF-8. */
export function parseQuery(rawQuery: string): [string, string][] | undefined {
  try {
    return rawQuery
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const equals = pair.indexOf('=');
        return equals < 0 ? [decode(pair), ''] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
      });
  } catch {
    return undefined;
  }
}

/** Whether every percent sign of a path begins an escape. */
export function hasValidEscapes(rawPath: string): boolean {
  return !/%(?![0-9a-fA-F]{2})/u.test(rawPath);
}

/** Whether they are escapes of UTF-8, too. */
export function hasDecodableEscapes(rawPath: string): boolean {
  try {
    decodeURIComponent(rawPath);
    return true;
  } catch {
    return false;
  }
}

/** The last value that was sent for a header, whatever its letter case. */
export function headerValue(headers: ApiRequest['headers'], name: string): string | undefined {
  return headers.findLast(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

/** Both forms in which an event carries headers or a query: the last value of a name, and all of them. */
export function bothForms(pairs: readonly (readonly [string, string])[]): {
  single: Record<string, string>;
  multi: Record<string, string[]>;
} {
  const multi = new Map<string, string[]>();
  for (const [name, value] of pairs) multi.set(name, [...(multi.get(name) ?? []), value]);
  return {
    single: Object.fromEntries(pairs.map(([name, value]) => [name, value])),
    multi: Object.fromEntries(multi),
  };
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
