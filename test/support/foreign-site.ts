import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that a page of another origin makes the browser send. */
export interface ForgedRequest {
  readonly how: 'image' | 'form' | 'fetch';
  readonly method: string;
  readonly url: string;
  /** For a form: the encoding of its fields. */
  readonly enctype?: string;
  readonly fields?: readonly (readonly [string, string])[];
  /** For a fetch. */
  readonly mode?: 'no-cors' | 'cors';
  readonly body?: string;
}

const script = readFileSync(new URL('forged-requests.js', import.meta.url), 'utf8');

/**
 * The web site of an attacker, on a separate port, under every name of this machine. `/` is a page with the function
 * `sendForged`, which takes `ForgedRequest`s; `/?to=ADDRESS` is a page with one link to that URL.
 */
export async function startForeignSite(): Promise<{ port: number; stop(): Promise<void> }> {
  const server = createServer(({ url = '' }, response) => {
    const to = new URL(url, 'http://evil.test').searchParams.get('to') ?? '';
    const link = to.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>Kittens</title><body><a href="${link}">Kittens</a><script>${script}</script>`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
