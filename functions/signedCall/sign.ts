import { createHash, createHmac, createSecretKey } from 'node:crypto';
import type { BinaryLike, Hash, Hmac, KeyObject } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials } from './credentials.ts';

export interface UnsignedRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Sign = (request: UnsignedRequest, credentials: Credentials, atMs: number) => Promise<Record<string, string>>;

/** Signature Version 4 of POST requests: the headers to send, `host` and the signature among them. */
export function requestSigner(scope: { service: string; region: string }): Sign {
  let latest: { credentials: Credentials; signer: SignatureV4 } | undefined;
  return async ({ url, headers, body }, credentials, atMs) => {
    if (latest?.credentials !== credentials) {
      latest = { credentials, signer: new SignatureV4({ ...scope, credentials, sha256: Sha256, applyChecksum: false }) };
    }
    const request = {
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: {},
      headers: { host: url.host, ...headers },
      body,
    };
    const signed = await latest.signer.sign(request, { signingDate: new Date(atMs) });
    return signed.headers;
  };
}

/** SHA-256, or HMAC with it where there is a secret, in the form that the signer takes. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: unknown) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', hmacKeyOf(secret));
  }

  update(data: unknown): void {
    this.#hash.update(data as BinaryLike);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

const keyObjects = new WeakMap<Uint8Array, KeyObject>();

/** The signing key of a day is the same bytes each time. Made into a key object by Node at every HMAC, they cost several times the HMAC itself. */
function hmacKeyOf(secret: unknown): BinaryLike | KeyObject {
  if (!(secret instanceof Uint8Array)) return secret as BinaryLike;
  const known = keyObjects.get(secret) ?? createSecretKey(secret);
  keyObjects.set(secret, known);
  return known;
}
