import { encodeJson } from './json-codec.js';
import type { Failure, Result } from './xml-encoder.js';

/**
 * A successful response of the AWS Query protocol as JSON: `{"GetUserResponse":{"GetUserResult":{…},"ResponseMetadata":
 * {"RequestId":…}}}`. AWS does not document it; EKS's authenticator, Teleport, Kong and others read it.
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
      // Omitted by JSON.stringify if it is undefined.
      EncodedAuthorizationMessage: encodedAuthorizationMessage,
    },
    RequestId: requestId,
  });
}
