import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { Strategy } from 'passport-custom';
import { ApiError } from '../../common/errors.js';
import { accountIdOfAccessKeyId } from '../../common/unique-ids.js';
import type { Caller } from '../caller.js';
import { AccessKeyDirectory } from '../principals/access-key-directory.service.js';
import { PrincipalDirectory } from '../principals/principal-directory.service.js';
import { toCaller } from '../principals/to-caller.js';
import { deriveSigningKey, parseSignedRequest, type SignedRequest, verifySignature } from '../sigv4/index.js';

export const SIGNATURE_V4 = 'signature-v4';

/** Services whose signatures are accepted here: what the SDKs put into the scope for the APIs of the AWS door. */
const SERVICES = ['iam', 'sts', 'cloudtrail', 'tagging'];

/** AWS Signature Version 4, in the Authorization header or in a presigned URL, by a long-term access key. */
@Injectable()
export class SignatureV4Strategy extends PassportStrategy(Strategy, SIGNATURE_V4) {
  /** By secret and scope: deriving one costs four HMACs. */
  private readonly signingKeys = new LRUCache<string, Buffer>({ max: 10_000 });

  constructor(
    private readonly accessKeys: AccessKeyDirectory,
    private readonly principals: PrincipalDirectory,
  ) {
    super();
  }

  /** @returns null when the request is not signed, for the next strategy to look */
  async validate(request: FastifyRequest): Promise<Caller | null> {
    const http = {
      method: request.method,
      url: request.originalUrl,
      rawHeaders: request.raw.rawHeaders,
      body: request.rawBody ?? Buffer.alloc(0),
    };
    const signed = parseSignedRequest(http);
    if (!signed) return null;
    const { accessKeyId, region } = signed;
    const accountId = accountIdOfAccessKeyId(accessKeyId);
    const accessKey = accountId === undefined ? undefined : await this.accessKeys.find(accountId, accessKeyId);
    if (accountId === undefined || !accessKey?.isActive) throw unknownKey();
    const now = new Date();
    verifySignature(signed, http, this.signingKey(signed, accessKey.secretAccessKey), { now, services: SERVICES });
    const principal = await this.principals.find(accountId, accessKey.principalId);
    if (!principal) throw unknownKey();
    return toCaller(principal, { credential: 'accessKey', accessKeyId, region });
  }

  private signingKey({ date, region, service }: SignedRequest, secret: string): Buffer {
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
