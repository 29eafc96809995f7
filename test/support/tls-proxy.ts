import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { newCertificate } from './certificates.js';

/** The browser's view of a server in production: the same behind TLS. */
export interface TlsProxy {
  /** `https://localhost:…` */
  readonly url: string;
  /** The target of requests from now on. */
  forwardTo(port: number): void;
  close(): Promise<void>;
}

/** Its certificate is not trusted: browsers must be told to ignore that. */
export async function startTlsProxy(): Promise<TlsProxy> {
  const { certificate: cert, privateKey: key } = await newCertificate('localhost');
  let target = 0;
  const server = createServer({ cert, key }, (incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const forwarded = request({ port: target, host: '127.0.0.1', method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    forwardTo(port) {
      target = port;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
