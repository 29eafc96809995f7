import { Injectable, Logger } from '@nestjs/common';
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { ApiError } from '../../kernel/errors/errors.js';
import { ProviderNetwork } from '../../iam/federation/provider-network.js';

const MAXIMUM_ISSUERS = 1_000;
/** How long keys are cached. */
const FRESH_MILLISECONDS = 600_000;
/**
 * Minimum time between fetches for unknown key IDs: the provider may have changed its keys, or the IDs may be forged.
 */
const RETRY_MILLISECONDS = 30_000;
/**
 * How long a provider that returned no keys is not contacted again, because anyone with one of its tokens can trigger
 * it.
 */
const FAILURE_MILLISECONDS = 5_000;

const discovery = z.object({ issuer: z.string(), jwks_uri: z.string() });
const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string().optional() })).max(100) });

interface Known {
  readonly keyIds: ReadonlySet<string>;
  readonly find: JWTVerifyGetKey;
  readonly fetchedAt: number;
}

/**
 * The public keys of OpenID Connect providers (OpenID Connect Discovery 1.0 §4). Only addresses that an account
 * registered are contacted, through the `ProviderNetwork`.
 */
@Injectable()
export class OidcKeys {
  private readonly known = new LRUCache<string, Known>({ max: MAXIMUM_ISSUERS });
  private readonly failures = new LRUCache<string, ApiError>({ max: MAXIMUM_ISSUERS, ttl: FAILURE_MILLISECONDS });
  private readonly fetching = new Map<string, Promise<Known>>();
  private readonly logger = new Logger(OidcKeys.name);

  constructor(private readonly network: ProviderNetwork) {}

  /**
   * @param issuerUrl of a registered provider
   * @param keyId `kid` of the token
   * @throws ApiError IDPCommunicationError
   */
  async of(issuerUrl: string, keyId: string | undefined): Promise<JWTVerifyGetKey> {
    const known = this.known.get(issuerUrl);
    const age = known ? performance.now() - known.fetchedAt : Infinity;
    const isKnown = known && (keyId === undefined || known.keyIds.has(keyId));
    if (known && age < (isKnown ? FRESH_MILLISECONDS : RETRY_MILLISECONDS)) return known.find;
    const failure = this.failures.get(issuerUrl);
    if (failure) throw failure;
    return (await this.fetchOnce(issuerUrl)).find;
  }

  /** Concurrent requests share one look-up. */
  private fetchOnce(issuerUrl: string): Promise<Known> {
    const running = this.fetching.get(issuerUrl);
    if (running) return running;
    const started = this.fetchKeys(issuerUrl).finally(() => this.fetching.delete(issuerUrl));
    this.fetching.set(issuerUrl, started);
    return started;
  }

  private async fetchKeys(issuerUrl: string): Promise<Known> {
    try {
      // OpenID Connect Discovery 1.0 §4.1: a trailing slash of the issuer is removed here.
      const base = issuerUrl.replace(/\/+$/, '');
      const document = discovery.parse(await this.network.fetchJson(`${base}/.well-known/openid-configuration`));
      if (document.issuer.replace(/\/+$/, '') !== base) throw new Error('the document contains a different issuer');
      requireSafe(document.jwks_uri, issuerUrl);
      const jwks = keySet.parse(await this.network.fetchJson(document.jwks_uri));
      const known = {
        keyIds: new Set(jwks.keys.flatMap(({ kid }) => kid ?? [])),
        find: createLocalJWKSet(jwks as JSONWebKeySet) as JWTVerifyGetKey,
        fetchedAt: performance.now(),
      };
      this.known.set(issuerUrl, known);
      return known;
    } catch (error) {
      // The content found at the address is not revealed: the caller may not be able to reach it.
      const failure = new ApiError(
        'IDPCommunicationError',
        'The keys of the identity provider could not be retrieved. Try again.',
      );
      this.logger.warn({ err: error, issuerUrl }, 'fetching the keys of an identity provider failed');
      this.failures.set(issuerUrl, failure);
      throw failure;
    }
  }
}

/** Keys may be on another host, but never behind plain HTTP except on the issuer's own loopback address. */
function requireSafe(jwksUri: string, issuerUrl: string): void {
  const url = new URL(jwksUri);
  const isSafe = url.protocol === 'https:' || url.origin === new URL(issuerUrl).origin;
  if (!isSafe || url.username || url.password) throw new Error('the address of the keys is not safe');
}
