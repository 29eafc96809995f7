import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A free port. Chosen before the settings are read, because links and the issuer contain the port. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
