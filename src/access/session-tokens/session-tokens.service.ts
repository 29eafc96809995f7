import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { ApiError } from '../../kernel/errors/errors.js';
import { newAccessKeyId, newSecretAccessKey } from '../../kernel/unique-ids.js';
import { SecretBox } from '../../kernel/secrets/secret-box.js';
import { type SessionClaims, sessionClaims } from './session-claims.js';

/** What AWS STS calls `Credentials`. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** Bytes of a session token's claims, inflated: more than any session that fits the packed size has. */
const LONGEST_CLAIMS = 65_536;
/** Characters. */
export const LONGEST_TOKEN = 4096;

/** What session policies and tags may take, compressed (STS: "packed size"), so that a token stays under 4 kB. */
const PACKED_SIZE_LIMIT = 2048;

interface Opened {
  readonly token: string;
  readonly claims: SessionClaims;
}

/**
 * Session tokens of temporary credentials: self-contained, encrypted and authenticated (AES-256-GCM under a key
 * derived from the master key for this alone, bound to the access key id), so that nothing is stored and any replica verifies them.
 */
@Injectable()
export class SessionTokens {
  /** By access key id. */
  private readonly opened = new LRUCache<string, Opened>({ max: 10_000 });

  private readonly box: SecretBox;

  constructor(secrets: SecretBox) {
    this.box = secrets.derive('session tokens');
  }

  /**
   * @param shortestToken in characters, at most `LONGEST_TOKEN`
   * @throws ApiError PackedPolicyTooLarge when the token would not fit into the headers of requests
   */
  issue(claims: Omit<SessionClaims, 'secret'>, shortestToken = 0): TemporaryCredentials {
    const accessKeyId = newAccessKeyId('ASIA', claims.account);
    const secretAccessKey = newSecretAccessKey();
    const packed = deflateRawSync(JSON.stringify({ ...claims, secret: secretAccessKey } satisfies SessionClaims));
    const unpadded = this.box.seal(packed, owner(accessKeyId)).toString('base64');
    // What follows a compressed stream is not read. Base 64 makes four characters of three bytes.
    const padding = Math.max(0, Math.ceil((shortestToken - unpadded.length) / 4) * 3);
    const padded = Buffer.concat([packed, Buffer.alloc(padding)]);
    const sessionToken = padding === 0 ? unpadded : this.box.seal(padded, owner(accessKeyId)).toString('base64');
    if (sessionToken.length > LONGEST_TOKEN) throw tooLarge(101);
    return { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(claims.expires * 1000) };
  }

  /**
   * @returns undefined when the token was not issued here for this access key id; whether it has expired, the caller
   *   looks
   */
  open(accessKeyId: string, token: string): SessionClaims | undefined {
    const known = this.opened.get(accessKeyId);
    if (known?.token === token) return known.claims;
    const claims = token.length <= LONGEST_TOKEN ? this.read(accessKeyId, token) : undefined;
    if (claims) this.opened.set(accessKeyId, { token, claims });
    return claims;
  }

  /** @returns undefined when no request came with the credentials lately */
  known(accessKeyId: string): SessionClaims | undefined {
    return this.opened.get(accessKeyId)?.claims;
  }

  private read(accessKeyId: string, token: string): SessionClaims | undefined {
    const sealed = Buffer.from(token, 'base64');
    // Base 64 has many spellings of the same bytes; one is enough.
    if (sealed.toString('base64') !== token) return undefined;
    let packed: Buffer;
    try {
      packed = this.box.open(sealed, owner(accessKeyId));
    } catch {
      return undefined;
    }
    return sessionClaims.parse(
      JSON.parse(inflateRawSync(packed, { maxOutputLength: LONGEST_CLAIMS }).toString('utf8')),
    );
  }
}

/**
 * How much of the allowance session policies and tags take. Source: AWS STS API reference, AssumeRole,
 * PackedPolicySize.
 *
 * @returns percent, at least 1; undefined when there are neither
 * @throws ApiError PackedPolicyTooLarge
 */
export function packedPolicySize({
  policy,
  policyArns,
  tags,
}: Pick<SessionClaims, 'policy' | 'policyArns' | 'tags'>): number | undefined {
  if (policy === undefined && !policyArns?.length && Object.keys(tags ?? {}).length === 0) return undefined;
  const bytes = deflateRawSync(JSON.stringify([policy, policyArns, tags])).length;
  const percent = Math.max(1, Math.ceil((bytes / PACKED_SIZE_LIMIT) * 100));
  if (percent <= 100) return percent;
  throw tooLarge(percent);
}

function tooLarge(percent: number): ApiError {
  return new ApiError(
    'PackedPolicyTooLarge',
    `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
  );
}

function owner(accessKeyId: string): readonly string[] {
  return ['session-token', accessKeyId];
}
