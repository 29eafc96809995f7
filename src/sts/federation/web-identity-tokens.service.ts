import { Injectable } from '@nestjs/common';
import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { ApiError } from '../../kernel/errors/errors.js';
import { tagList, type Tags, toTags } from '../../kernel/tags.js';
import { Settings } from '../../kernel/config/settings.js';
import { Database } from '../../kernel/database/database.service.js';
import { type OidcIssuer, parseIssuer } from '../../iam/federation/oidc-issuer.js';
import { oidcProviderArn } from '../../iam/federation/oidc-provider.target.js';
import { sourceIdentity } from '../sessions/sts.schema.js';
import { OidcKeys } from './oidc-keys.service.js';

/** Signatures with a public key; never a shared secret, never none. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** Permitted clock difference of the provider in seconds. */
const CLOCK_TOLERANCE = 60;
/**
 * Maximum lifetime of a token in seconds, from `iat` to `exp`: the longest that providers of workload identities issue.
 * A token with a longer lifetime is like a password that nobody changes.
 */
const MAXIMUM_LIFETIME = 86_400;

const claimsSchema = z.object({
  sub: z.string().min(1).max(255),
  aud: z.union([z.string(), z.array(z.string())]),
  azp: z.string().optional(),
  amr: z.array(z.string()).optional(),
  'https://aws.amazon.com/tags': z
    .object({
      principal_tags: z.record(z.string(), z.array(z.string()).length(1)),
      transitive_tag_keys: z.array(z.string()).default([]),
    })
    .optional(),
  'https://aws.amazon.com/source_identity': sourceIdentity.optional(),
});

/** The content of a verified token. */
export interface WebIdentity {
  readonly providerArn: string;
  /** Host and path, as in condition keys. */
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
  readonly amr: readonly string[];
  readonly tags: Tags | undefined;
  readonly transitive: string[] | undefined;
  readonly sourceIdentity: string | undefined;
}

/** ID tokens of an account's OpenID Connect providers (OpenID Connect Core 1.0 §3.1.3.7). */
@Injectable()
export class WebIdentityTokens {
  constructor(
    private readonly database: Database,
    private readonly keys: OidcKeys,
    private readonly settings: Settings,
  ) {}

  /** @throws ApiError InvalidIdentityToken, ExpiredTokenException, IDPCommunicationError */
  async verify(accountId: string, token: string, now: Date): Promise<WebIdentity> {
    const { issuer, url, keyId } = readUnverified(token);
    const provider = await this.database.forAccount(accountId, (tx) =>
      tx.oidcProvider.findUnique({ where: { accountId_issuer: { accountId, issuer } } }),
    );
    if (!provider) throw invalid(`No OpenIDConnect provider found in your account for ${url}`);
    const find = await this.keys.of(provider.url, keyId);
    const claims = await verified(() =>
      jwtVerify(token, find, {
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE,
        currentDate: now,
        requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat'],
      }),
    );
    requireShortLived(claims, now);
    if (parseIssuer(claims.iss!).url !== provider.url) throw invalid('The issuer of the token is not the provider.');
    const parsed = claimsSchema.safeParse(claims);
    if (!parsed.success) throw invalid('The claims of the token are not valid.');
    const { sub, aud, azp, amr = [] } = parsed.data;
    const audience = (azp === undefined ? [aud].flat() : [azp]).find((id) => provider.clientIds.includes(id));
    if (audience === undefined) throw invalid('Incorrect token audience');
    return {
      providerArn: oidcProviderArn(this.settings.partition, accountId, issuer),
      issuer,
      subject: sub,
      audience,
      amr,
      ...sessionTagsOf(parsed.data),
      sourceIdentity: parsed.data['https://aws.amazon.com/source_identity'],
    };
  }
}

/** Only to find the provider: nothing is trusted before the signature is verified. */
function readUnverified(token: string): OidcIssuer & { keyId: string | undefined } {
  try {
    const { iss = '' } = decodeJwt(token);
    const { kid } = decodeProtectedHeader(token);
    return { ...parseIssuer(iss), keyId: kid };
  } catch {
    throw invalid('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)');
  }
}

async function verified(verify: () => Promise<{ payload: JWTPayload }>): Promise<JWTPayload> {
  try {
    return (await verify()).payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      const message = 'Token expired: current date/time must be before the expiration date/time';
      throw new ApiError('ExpiredTokenException', message);
    }
    // jose throws a TypeError for keys that are too short for their algorithm (RFC 7518 §3.3).
    throw invalid('The token cannot be verified.');
  }
}

/** RFC 7519 §4.1.6 leaves `iat` to the recipient; the library only checks `exp` and `nbf`. */
function requireShortLived({ iat = NaN, exp = NaN }: JWTPayload, now: Date): void {
  const seconds = now.getTime() / 1000;
  if (!(iat <= seconds + CLOCK_TOLERANCE)) throw invalid('The token was issued in the future.');
  if (!(exp - iat <= MAXIMUM_LIFETIME + CLOCK_TOLERANCE)) {
    throw invalid(`The token is valid for more than ${MAXIMUM_LIFETIME / 3600} hours.`);
  }
}

/** Source: IAM User Guide, "Pass session tags in AWS STS", AssumeRoleWithWebIdentity. */
function sessionTagsOf(claims: z.output<typeof claimsSchema>): Pick<WebIdentity, 'tags' | 'transitive'> {
  const given = claims['https://aws.amazon.com/tags'];
  if (!given) return { tags: undefined, transitive: undefined };
  const list = Object.entries(given.principal_tags).map(([key, [value = '']]) => ({ key, value }));
  const checked = tagList.safeParse(list);
  const keys = new Set(list.map(({ key }) => key));
  if (!checked.success || !given.transitive_tag_keys.every((key) => keys.has(key))) {
    throw invalid('The session tags of the token are not valid.');
  }
  return { tags: toTags(checked.data), transitive: given.transitive_tag_keys };
}

function invalid(message: string): ApiError {
  return new ApiError('InvalidIdentityToken', message);
}
