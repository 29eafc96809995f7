import { Injectable } from '@nestjs/common';
import { SignatureV4Strategy } from '../../access/authentication/sigv4.strategy.js';
import type { Caller } from '../../access/actions/caller.js';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { parseSignedRequest, type WireRequest } from '../../access/sigv4/index.js';
import { requireInScope } from '../../access/principals/service-scope.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { accountIdOfAccessKeyId } from '../../kernel/unique-ids.js';
import type { Authorize, AuthorizeResult } from './authorize.schema.js';
import { EvaluationService } from './evaluation.service.js';

/** Verifies who signed a request that a service of the platform received, and decides for the signer. */
@Injectable()
export class AuthorizeService {
  constructor(
    private readonly signatures: SignatureV4Strategy,
    private readonly evaluations: EvaluationService,
  ) {}

  /**
   * @throws ApiError InvalidInput if the resource is invalid; AccessDenied if it or the action belongs to another
   *   service
   */
  async authorize(input: Authorize, asker: Caller, request: RequestFacts): Promise<AuthorizeResult> {
    requireInScope(asker, { action: input.action.name });
    const signer = await this.signerOf(input, asker);
    if (signer instanceof ApiError) {
      return { decision: false, error: { code: signer.code, message: signer.message } };
    }
    const resource = await this.evaluations.resourceOf(input.resource, asker);
    const { decision, context } = this.evaluations.decide(signer, { ...input, resource }, request);
    const { arn, accountId, principalId, session } = signer;
    const accessKeyId = session.accessKeyId === undefined ? {} : { accessKeyId: session.accessKeyId };
    return { decision, principal: { arn, accountId, principalId, ...accessKeyId }, context };
  }

  /**
   * @returns the signer; an ApiError if the signature is not valid for the asking service
   * @throws ApiError AccessDenied if a service tries to verify a signature for another service
   */
  async signerOf(
    { request, service }: Pick<Authorize, 'request' | 'service'>,
    asker: Caller,
  ): Promise<Caller | ApiError> {
    requireInScope(asker, { signedFor: service });
    const http = wireRequest(request);
    try {
      const signed = parseSignedRequest(http);
      if (!signed) return new ApiError('MissingAuthenticationToken', 'Request is missing Authentication Token');
      // Before the key is looked up: a tenant learns nothing about keys of others.
      if (!asker.isManagement && accountIdOfAccessKeyId(signed.accessKeyId) !== asker.accountId) return unknownKey();
      const signer = await this.signatures.callerOf(signed, http, { services: [service], honoursExpires: true });
      return asker.isManagement || signer.accountId === asker.accountId ? signer : unknownKey();
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) return error;
      throw error;
    }
  }
}

function wireRequest({ method, url, headers, bodySha256 }: Authorize['request']): WireRequest {
  const rawHeaders = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().flatMap((value) => [name, value]),
  );
  return { method, url, rawHeaders, body: { sha256: bodySha256 } };
}

function unknownKey(): ApiError {
  return new ApiError('InvalidClientTokenId', 'The security token included in the request is invalid.');
}
