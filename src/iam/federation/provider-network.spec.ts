import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ProviderNetwork } from './provider-network.js';

const publicUrl = 'https://iam.example.com';

/** A network in which all names have these addresses. */
function network(providerNetworks: readonly string[], addresses: readonly string[] = []): ProviderNetwork {
  return new ProviderNetwork({ providerNetworks, publicUrl }, (_hostname, _options, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    ),
  );
}

describe('refuses', () => {
  // Threat: a tenant makes the server send a request to what only the server can reach (SSRF), in any notation.
  it.each([
    'http://127.0.0.1:4000',
    'http://localhost:4000',
    'https://idp.localhost',
    'https://2130706433',
    'https://0x7f.1',
    'https://0.0.0.0',
    'https://10.1.2.3/realm',
    'https://172.16.0.1',
    'https://192.168.1.1',
    'https://100.64.0.1',
    'https://169.254.169.254/latest/meta-data',
    'https://224.0.0.1',
    'https://255.255.255.255',
    'https://[::]',
    'https://[::1]:8443',
    'https://[::ffff:127.0.0.1]',
    'https://[::ffff:a9fe:a9fe]',
    'https://[64:ff9b::7f00:1]',
    'https://[2002:7f00:1::]',
    'https://[fd00::1]',
    'https://[fe80::1]',
  ])('%s', (url) => {
    expect(network([]).refuses(url)).toBe(true);
  });

  it.each(['https://accounts.example.com', 'https://93.184.216.34', 'https://[2606:2800:220:1::1]', publicUrl])(
    'not %s',
    (url) => {
      expect(network([]).refuses(url)).toBe(false);
    },
  );

  it('not what the operator names', () => {
    const office = network(['10.1.0.0/16', 'fd00::/64', '127.0.0.1/32']);
    for (const url of ['https://10.1.2.3', 'https://[fd00::1]', 'http://localhost']) {
      expect(office.refuses(url)).toBe(false);
    }
    for (const url of ['https://10.2.0.1', 'https://[fd00:1::1]', 'https://127.0.0.2']) {
      expect(office.refuses(url)).toBe(true);
    }
  });
});

describe('fetchJson', () => {
  let server: Server;
  let port: number;
  let connections = 0;
  let answer: RequestListener;

  beforeAll(async () => {
    server = createServer((request, response) => answer(request, response));
    server.on('connection', () => (connections += 1));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    connections = 0;
    answer = (_request, response) => response.end('{"keys":[]}');
  });

  it('asks at the address of the name', async () => {
    const loopback = network(['127.0.0.0/8'], ['10.0.0.1', '127.0.0.1']);
    expect(await loopback.fetchJson(`http://idp.example.com:${port}/keys`)).toEqual({ keys: [] });
  });

  // Threat: the name had another address when the provider was registered (DNS rebinding).
  it('opens no connection to an address that is out of bounds, whatever its name', async () => {
    const outside = network([], ['127.0.0.1']);
    await expect(outside.fetchJson(`http://idp.example.com:${port}/keys`)).rejects.toThrow('not permitted');
    await expect(outside.fetchJson(`http://127.0.0.1:${port}/keys`)).rejects.toThrow('not permitted');
    expect(connections).toBe(0);
  });

  it('takes a resolver’s nonsense for no address', async () => {
    const odd = network(['0.0.0.0/0', '::/0'], ['nonsense', '']);
    await expect(odd.fetchJson(`http://idp.example.com:${port}/keys`)).rejects.toThrow('not permitted');
    const none = new ProviderNetwork({ providerNetworks: [], publicUrl }, (_hostname, _options, done) =>
      done(new Error('ENOTFOUND'), []),
    );
    await expect(none.fetchJson(`http://idp.example.com:${port}/keys`)).rejects.toThrow('ENOTFOUND');
  });

  it.each<[string, RequestListener, string]>([
    ['a redirect', (_, response) => response.writeHead(302, { location: '/elsewhere' }).end(), 'answered 302'],
    ['an error', (_, response) => response.writeHead(500).end('{}'), 'answered 500'],
    ['too much', (_, response) => response.end('x'.repeat(300_000)), 'too large'],
    ['what is no JSON', (_, response) => response.end('<html>'), 'JSON'],
    ['half of it', (_, response) => void response.writeHead(200).write('{', () => response.destroy()), 'aborted'],
  ])('takes no %s for an answer', async (_, given, message) => {
    answer = given;
    await expect(network(['127.0.0.1/32']).fetchJson(`http://127.0.0.1:${port}/keys`)).rejects.toThrow(message);
    expect(connections).toBe(1);
  });
});
