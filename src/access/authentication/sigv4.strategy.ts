import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../kernel/clock/clock.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { accountIdOfAccessKeyId } from '../../kernel/unique-ids.js';
import type { MaybePromise } from '../../kernel/maybe-promise.js';
import type { Caller } from '../actions/caller.js';
import type { AuthenticationStrategy } from './authentication-strategy.js';
import { RequestStrategy } from './request-strategy.js';
import { AccessKeyDirectory } from '../principals/access-key-directory.service.js';
import { Settings } from '../../kernel/config/settings.js';
import { PrincipalDirectory } from '../principals/principal-directory.service.js';
import { toServiceCaller } from '../principals/service-caller.js';
import { ServiceDirectory } from '../principals/service-directory.service.js';
import { toCaller } from '../principals/to-caller.js';
import { SessionCallers } from '../session-tokens/session-callers.service.js';
import { SessionTokens } from '../session-tokens/session-tokens.service.js';
import { requireInScope } from '../principals/service-scope.js';
import { requestSource } from './source-headers.js';
import {
  deriveSigningKey,
  type ExpectedSignature,
  parseSignedRequest,
  type SignedRequest,
  type WireRequest,
  verifySignature,
} from '../sigv4/index.js';

/**
 * Services whose signatures are accepted: those that the SDKs put into the scope for the APIs of the AWS door, and
 * Gatehouse's own.
 */
const SERVICES = ['iam', 'sts', 'cloudtrail', 'tagging', 'gatehouse'];

/** The requirements for a signature, except for the time. */
type Expected = Omit<ExpectedSignature, 'now'>;

/** AWS Signature Version 4, in the Authorization header or in a presigned URL, by a long-term access key or temporary credentials. */
@Injectable()
export class SignatureV4Strategy extends PassportStrategy(RequestStrategy, 'sigv4') implements AuthenticationStrategy {
  readonly doors = ['rest', 'aws'] as const;

  /** By secret and scope: deriving a key takes four HMACs. */
  private readonly signingKeys = new LRUCache<string, KeyObject>({ max: 10_000 });

  constructor(
    private readonly accessKeys: AccessKeyDirectory,
    private readonly principals: PrincipalDirectory,
    private readonly services: ServiceDirectory,
    private readonly settings: Settings,
    private readonly sessionTokens: SessionTokens,
    private readonly sessionCallers: SessionCallers,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** @returns undefined if the request is not signed: the next strategy is tried */
  validate(request: FastifyRequest): MaybePromise<Caller> | undefined {
    const http: WireRequest = {
      method: request.method,
      url: request.originalUrl,
      rawHeaders: request.raw.rawHeaders,
      body: request.rawBody ?? Buffer.alloc(0),
    };
    const signed = parseSignedRequest(http);
    return signed && this.callerOf(signed, http, { services: SERVICES });
  }

  /**
   * @throws ApiError InvalidClientTokenId, SignatureDoesNotMatch, RequestExpired, ExpiredToken; AccessDenied for a
   *   service that names another service's resource as its source
   */
  callerOf(signed: SignedRequest, http: WireRequest, expected: Expected): Promise<Caller> {
    const isTemporary = signed.accessKeyId.startsWith('ASIA');
    return isTemporary ? this.ofSession(signed, http, expected) : this.ofLongTermKey(signed, http, expected);
  }

  private async ofLongTermKey(signed: SignedRequest, http: WireRequest, expected: Expected): Promise<Caller> {
    const { accessKeyId, region, sessionToken } = signed;
    const accountId = accountIdOfAccessKeyId(accessKeyId);
    const accessKey = accountId === undefined ? undefined : await this.accessKeys.find(accountId, accessKeyId);
    if (accountId === undefined || !accessKey?.isActive || sessionToken !== undefined) throw unknownKey();
    this.verify(signed, http, accessKey.secretAccessKey, { now: this.clock.now(), ...expected });
    if (accessKey.isOfService) return this.ofService(signed, http, accountId, accessKey.principalId);
    const principal = await this.principals.find(accountId, accessKey.principalId);
    if (!principal) throw unknownKey();
    const { revocations } = principal;
    return toCaller(principal, { credential: 'accessKey', accessKeyId, region, revocations });
  }

  private async ofService(
    signed: SignedRequest,
    http: WireRequest,
    accountId: string,
    prefix: string,
  ): Promise<Caller> {
    const service = await this.services.find(accountId, prefix);
    if (!service) throw unknownKey();
    const { accessKeyId, region } = signed;
    const source = requestSource(http);
    const session = { credential: 'accessKey', accessKeyId, region, source } as const;
    const caller = toServiceCaller(service, this.settings.partition, session);
    requireInScope(caller, { resource: source.arn });
    return caller;
  }

  /**
   * Temporary credentials: the session token identifies the caller, and contains the secret that verifies the
   * signature.
   */
  private async ofSession(signed: SignedRequest, http: WireRequest, expected: Expected): Promise<Caller> {
    const { accessKeyId, region, sessionToken } = signed;
    const claims = sessionToken === undefined ? undefined : this.sessionTokens.open(accessKeyId, sessionToken);
    if (!claims) throw unknownKey();
    const now = this.clock.now();
    this.verify(signed, http, claims.secret, { now, ...expected });
    return this.sessionCallers.callerOf(claims, accessKeyId, region, now);
  }

  private verify(signed: SignedRequest, http: WireRequest, secret: string, expected: ExpectedSignature): void {
    verifySignature(signed, http, this.signingKey(signed, secret), expected);
  }

  private signingKey({ date, region, service }: SignedRequest, secret: string): KeyObject {
    const id = [secret, date, region, service].join('\n');
    const cached = this.signingKeys.get(id);
    if (cached) return cached;
    const derived = deriveSigningKey(secret, date, region, service);
    this.signingKeys.set(id, derived);
    return derived;
  }
}

function unknownKey(): ApiError {
  return new ApiError('InvalidClientTokenId', 'The security token included in the request is invalid.');
}
