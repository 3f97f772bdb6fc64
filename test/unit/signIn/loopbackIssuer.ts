import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';

/** An issuer on loopback that a test can break: what it answers at each path, and what it was asked. */
export class LoopbackIssuer {
  readonly asked: { path: string; authorization: string | undefined }[] = [];
  readonly answers = new Map<string, unknown>();
  readonly #server: Server;
  readonly #key: CryptoKey;

  private constructor(server: Server, key: CryptoKey, jwk: JWK) {
    this.#server = server;
    this.#key = key;
    this.answers.set('/.well-known/openid-configuration', { issuer: this.url, jwks_uri: `${this.url}/jwks`, userinfo_endpoint: `${this.url}/me` });
    this.answers.set('/jwks', { keys: [{ ...jwk, kid: 'key-1', alg: 'RS256', use: 'sig' }] });
  }

  static async start(): Promise<LoopbackIssuer> {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    let issuer: LoopbackIssuer | undefined;
    const server = createServer((request, response) => {
      const path = request.url ?? '';
      issuer?.asked.push({ path, authorization: request.headers.authorization });
      const answer = issuer?.answers.get(path);
      if (answer === undefined) response.writeHead(404).end();
      else if (typeof answer === 'number') response.writeHead(answer, { location: '/elsewhere' }).end('{}');
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (issuer = new LoopbackIssuer(server, privateKey, await exportJWK(publicKey)));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** An access token as Cognito's, good for an hour, unless the claims say otherwise. */
  async token(claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}): Promise<string> {
    const nowSec = Math.floor(Date.now() / 1000);
    const payload = { iss: this.url, sub: 'subject-1', client_id: 'console', token_use: 'access', jti: 'jti-1', iat: nowSec, exp: nowSec + 3600, ...claims };
    return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'key-1', ...header }).sign(this.#key);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
