import type { Operation } from '../../operations/operation.js';
import type { OperationRegistry } from '../../operations/operation-registry.js';
import { ApiError, type ErrorCode } from '../../kernel/errors/errors.js';
import type { AwsProtocol } from './aws-protocol.js';
import { jsonServices } from './aws-services.js';
import { decodeJson, encodeJson } from './json-codec.js';

export const AMZ_JSON = 'application/x-amz-json-1.1';

/**
 * The names of errors that every AWS service has in this protocol; all others keep their names.
 *
 * Source: the "Common Errors" of the CloudTrail and Resource Groups Tagging API references.
 */
const ERROR_NAMES: Readonly<Partial<Record<ErrorCode, string>>> = {
  AccessDenied: 'AccessDeniedException',
  ExpiredToken: 'ExpiredTokenException',
  IncompleteSignature: 'IncompleteSignature',
  InvalidAction: 'UnknownOperationException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  MalformedRequest: 'SerializationException',
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  ServiceUnavailable: 'ServiceUnavailableException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
  Throttling: 'ThrottlingException',
  ValidationError: 'ValidationException',
};

/**
 * AWS's JSON 1.1 protocol: the operation in the header X-Amz-Target, JSON in requests and responses. CloudTrail and the
 * Resource Groups Tagging API use it.
 *
 * Source: Smithy 2.0 specification, "AWS JSON 1.1 protocol".
 */
export const jsonProtocol: AwsProtocol = {
  read(http, registry) {
    const operation = operationOf(http.headers['x-amz-target'], registry);
    return {
      operation,
      rawInput: decodeJson(http.body, operation.input),
      write: (reply, output) =>
        reply
          .status(200)
          .header('content-type', AMZ_JSON)
          .send(JSON.stringify(encodeJson(output ?? {}, operation.output))),
    };
  },

  writeError(reply, { code, message, status }) {
    const __type = ERROR_NAMES[code] ?? code;
    // All errors that the caller can avoid have status 400 here.
    void reply
      .status(status < 500 ? 400 : status)
      .header('content-type', AMZ_JSON)
      .header('x-amzn-errortype', __type)
      .send(JSON.stringify({ __type, message }));
  },
};

/** @throws ApiError InvalidAction */
function operationOf(target: string | string[] | undefined, registry: OperationRegistry): Operation {
  const [, targetPrefix, action] = (typeof target === 'string' && /^([\w.]{1,128})\.(\w{1,128})$/.exec(target)) || [];
  const service = jsonServices.find((candidate) => candidate.targetPrefix === targetPrefix);
  const operation = service && registry.named(`${service.prefix}:${action}`);
  if (operation) return operation;
  throw new ApiError('InvalidAction', 'The header X-Amz-Target does not name a known operation.');
}
