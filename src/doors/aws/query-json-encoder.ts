import { encodeJson } from './json-codec.js';
import type { Failure, Result } from './xml-encoder.js';

/**
 * A successful answer of the AWS Query protocol as JSON: `{"GetUserResponse":{"GetUserResult":{…},"ResponseMetadata":
 * {"RequestId":…}}}`. Not documented by AWS; read by EKS's authenticator, Teleport, Kong and others.
 */
export function encodeJsonResult({ operation, requestId, schema, output }: Result): string {
  return JSON.stringify({
    [`${operation}Response`]: {
      ...(schema && output ? { [`${operation}Result`]: encodeJson(output, schema) } : {}),
      ResponseMetadata: { RequestId: requestId },
    },
  });
}

/** An error of the AWS Query protocol as JSON: `{"Error":{"Code":…,"Message":…,"Type":"Sender"},"RequestId":…}`. */
export function encodeJsonError(failure: Failure): string {
  const { requestId, code, message, status, encodedAuthorizationMessage } = failure;
  const Type = status < 500 ? 'Sender' : 'Receiver';
  return JSON.stringify({
    Error: {
      Code: code,
      Message: message,
      Type,
      // Left out by JSON.stringify where there is none.
      EncodedAuthorizationMessage: encodedAuthorizationMessage,
    },
    RequestId: requestId,
  });
}
