import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { ApiError } from '../../kernel/errors/errors.js';
import { newAccessKeyId, newSecretAccessKey } from '../../kernel/unique-ids.js';
import { SecretBox } from '../../kernel/secrets/secret-box.js';
import { type SessionClaims, sessionClaims } from './session-claims.js';

/** AWS STS's data type `Credentials`. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** Maximum bytes of inflated claims: more than any session that fits into the packed size. */
const LONGEST_CLAIMS = 65_536;
/** Characters. */
export const LONGEST_TOKEN = 4096;

/** Maximum compressed bytes of session policies and tags (STS: "packed size"), so that a token stays below 4 kB. */
const PACKED_SIZE_LIMIT = 2048;

interface Opened {
  readonly token: string;
  readonly claims: SessionClaims;
}

/**
 * Session tokens of temporary credentials: self-contained, encrypted and authenticated (AES-256-GCM under a key derived
 * from the master key for this purpose only, bound to the access key ID), so that nothing is stored and any replica can
 * verify them.
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
   * @throws ApiError PackedPolicyTooLarge if the token does not fit into request headers
   */
  issue(claims: Omit<SessionClaims, 'secret'>, shortestToken = 0): TemporaryCredentials {
    const accessKeyId = newAccessKeyId('ASIA', claims.account);
    const secretAccessKey = newSecretAccessKey();
    const packed = deflateRawSync(JSON.stringify({ ...claims, secret: secretAccessKey } satisfies SessionClaims));
    const unpadded = this.box.seal(packed, owner(accessKeyId)).toString('base64');
    // Bytes after a compressed stream are ignored. Base64 encodes three bytes as four characters.
    const padding = Math.max(0, Math.ceil((shortestToken - unpadded.length) / 4) * 3);
    const padded = Buffer.concat([packed, Buffer.alloc(padding)]);
    const sessionToken = padding === 0 ? unpadded : this.box.seal(padded, owner(accessKeyId)).toString('base64');
    if (sessionToken.length > LONGEST_TOKEN) throw tooLarge(101);
    return { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(claims.expires * 1000) };
  }

  /**
   * @returns undefined if the token was not issued by this installation for this access key ID; the caller checks the
   *   expiry
   */
  open(accessKeyId: string, token: string): SessionClaims | undefined {
    const known = this.opened.get(accessKeyId);
    if (known?.token === token) return known.claims;
    const claims = token.length <= LONGEST_TOKEN ? this.read(accessKeyId, token) : undefined;
    if (claims) this.opened.set(accessKeyId, { token, claims });
    return claims;
  }

  /** @returns undefined if the credentials were not used recently */
  known(accessKeyId: string): SessionClaims | undefined {
    return this.opened.get(accessKeyId)?.claims;
  }

  private read(accessKeyId: string, token: string): SessionClaims | undefined {
    const sealed = Buffer.from(token, 'base64');
    // Several base64 strings encode the same bytes; only one of them is accepted.
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
 * The share of the allowance that session policies and tags use. Source: AWS STS API reference, AssumeRole,
 * PackedPolicySize.
 *
 * @returns percent, at least 1; undefined without session policies and tags
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
