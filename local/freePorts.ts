import { createServer } from 'node:net';
import { PortTaken } from './listen.ts';

/** Throws PortTaken for the first port of the row that another program holds: before any work is done for nothing. */
export async function requireFreePorts(first: number, count: number): Promise<void> {
  for (let port = first; port < first + count; port += 1) {
    const server = createServer();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', (error) => reject('code' in error && error.code === 'EADDRINUSE' ? new PortTaken(port, error) : error));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, resolve);
    await promise;
    await new Promise((closed) => server.close(closed));
  }
}
