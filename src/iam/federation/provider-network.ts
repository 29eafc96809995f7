import dns, { type LookupAddress, type LookupAllOptions } from 'node:dns';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Settings } from '../../kernel/config/settings.js';

const FETCH_MILLISECONDS = 5_000;
const MAXIMUM_BYTES = 256 * 1024;

/** Like `dns.lookup`, with all addresses. */
type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Requests to identity providers. Tenants choose their addresses, so no request may reach what only this server can
 * reach. Permitted are addresses on the public internet, addresses in networks that the operator lists, and Gatehouse
 * itself.
 *
 * Source: OWASP, "Server-Side Request Forgery Prevention Cheat Sheet", case 2.
 */
export class ProviderNetwork {
  constructor(
    private readonly settings: Pick<Settings, 'providerNetworks' | 'publicUrl'>,
    private readonly resolve: Resolve = dns.lookup,
  ) {}

  /**
   * Whether a URL is not permitted, as far as this can be determined without resolving its name, so that it is refused
   * when it is registered.
   */
  refuses(url: string): boolean {
    if (this.isOwn(url)) return false;
    const host = hostOf(url);
    if (isIP(host) !== 0) return !this.admits(host);
    return /^(?:.+\.)?localhost$/.test(host) && !this.admits('127.0.0.1') && !this.admits('::1');
  }

  /**
   * Without redirects, for at most five seconds and 256 KiB.
   *
   * @throws Error whose message is for the log only: callers must not learn what is at an address
   */
  async fetchJson(url: string): Promise<unknown> {
    if (this.refuses(url)) throw new Error('the address is not permitted');
    const response = await this.get(url);
    if (response.statusCode !== 200) {
      response.destroy();
      throw new Error(`the provider answered ${response.statusCode}`);
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.byteLength;
      if (bytes > MAXIMUM_BYTES) throw new Error('the response of the provider is too large');
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  }

  private get(url: string): Promise<IncomingMessage> {
    const { get } = new URL(url).protocol === 'https:' ? https : http;
    const options = {
      headers: { accept: 'application/json', 'user-agent': 'gatehouse' },
      signal: AbortSignal.timeout(FETCH_MILLISECONDS),
      // Each request uses a new connection: the name is resolved and checked every time.
      agent: false as const,
      ...(this.isOwn(url) ? {} : { lookup: this.lookUp }),
    };
    return new Promise((resolve, reject) => get(url, options, resolve).on('error', reject));
  }

  /** The addresses are checked when the connection is made, because a name may later resolve to others. */
  private readonly lookUp: LookupFunction = (hostname, options, done) => {
    this.resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, []);
      const admitted = addresses.filter(({ address }) => this.admits(address));
      const [first] = admitted;
      if (!first) done(new Error('the address is not permitted'), []);
      else if (options.all) done(null, admitted);
      else done(null, first.address, first.family);
    });
  };

  private admits(address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    // An IPv4 address that is mapped to IPv6 is treated as the IPv4 address.
    const judged = ipaddr.process(address);
    if (judged.range() === 'unicast') return true;
    return this.settings.providerNetworks.some((network) => {
      const [base, bits] = ipaddr.parseCIDR(network);
      return base.kind() === judged.kind() && judged.match(base, bits);
    });
  }

  /** Workloads have tokens whose issuer is this server, wherever it is. */
  private isOwn(url: string): boolean {
    return new URL(url).origin === new URL(this.settings.publicUrl).origin;
  }
}

function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
}
