import dns, { type LookupAddress, type LookupAllOptions } from 'node:dns';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Settings } from '../../kernel/config/settings.js';

const FETCH_MILLISECONDS = 5_000;
const MAXIMUM_BYTES = 256 * 1024;

/** As `dns.lookup`, of all addresses. */
type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * The way out to identity providers. Tenants choose their addresses, so nothing is asked that only this server can reach:
 * addresses on the public internet are, those of networks that the operator names, and Gatehouse itself.
 *
 * Source: OWASP, "Server-Side Request Forgery Prevention Cheat Sheet", case 2.
 */
export class ProviderNetwork {
  constructor(
    private readonly settings: Pick<Settings, 'providerNetworks' | 'publicUrl'>,
    private readonly resolve: Resolve = dns.lookup,
  ) {}

  /**
   * Whether a URL can be told to be out of bounds without asking for the address of a name, so that whoever registers it
   * hears of it at once.
   */
  refuses(url: string): boolean {
    if (this.isOwn(url)) return false;
    const host = hostOf(url);
    if (isIP(host) !== 0) return !this.admits(host);
    return /^(?:.+\.)?localhost$/.test(host) && !this.admits('127.0.0.1') && !this.admits('::1');
  }

  /**
   * Without following redirects, for five seconds and 256 KiB at most.
   *
   * @throws Error whose message is for the log only: what lies at an address is not for whoever names it
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
      // A connection of its own for each request: the name is looked up and judged every time.
      agent: false as const,
      ...(this.isOwn(url) ? {} : { lookup: this.lookUp }),
    };
    return new Promise((resolve, reject) => get(url, options, resolve).on('error', reject));
  }

  /** The very addresses that are connected to are judged: a name may mean others by the time it is asked for again. */
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
    // An IPv4 address that is mapped into IPv6 is still that address.
    const judged = ipaddr.process(address);
    if (judged.range() === 'unicast') return true;
    return this.settings.providerNetworks.some((network) => {
      const [base, bits] = ipaddr.parseCIDR(network);
      return base.kind() === judged.kind() && judged.match(base, bits);
    });
  }

  /** Workloads have tokens of issuers here, wherever "here" is. */
  private isOwn(url: string): boolean {
    return new URL(url).origin === new URL(this.settings.publicUrl).origin;
  }
}

function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
}
