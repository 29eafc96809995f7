import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Operation } from '../../operations/operation.js';
import type { OperationRegistry } from '../../operations/operation-registry.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { AwsProtocol, AwsRequest } from './aws-protocol.js';
import { type QueryService, queryServices } from './aws-services.js';
import { decodeForm } from './form-decoder.js';
import { encodeJsonError, encodeJsonResult } from './query-json-encoder.js';
import { encodeXmlError, encodeXmlResult } from './xml-encoder.js';

const FORM = 'application/x-www-form-urlencoded';

/**
 * AWS's Query protocol: form parameters in requests; XML in responses, or JSON for clients that accept it. IAM and STS
 * use it.
 */
export const queryProtocol: AwsProtocol = {
  read(http, registry) {
    const parameters = readParameters(http);
    const service = serviceOf(parameters);
    const operation = operationOf(service, parameters, registry);
    return { operation, rawInput: decodeForm(parameters, operation.input), write: writer(service, operation) };
  },

  writeError(reply, { code, message, status, details }, operation) {
    const requestId = reply.request.id;
    const { encodedAuthorizationMessage } = details as { encodedAuthorizationMessage?: string };
    // If the request does not state which API it calls: IAM.
    const service = queryServices.find(({ prefix }) => operation?.name.startsWith(`${prefix}:`)) ?? queryServices[0]!;
    const { type, encodeError } = encodingOf(reply.request);
    void reply
      .status(status)
      .header('content-type', type)
      .send(
        encodeError({
          namespace: service.namespace,
          requestId,
          code,
          message,
          status,
          ...(encodedAuthorizationMessage === undefined ? {} : { encodedAuthorizationMessage }),
        }),
      );
  },
};

function writer({ namespace }: QueryService, { name, output: schema }: Operation): AwsRequest['write'] {
  return (reply: FastifyReply, output) => {
    const operation = name.slice(name.indexOf(':') + 1);
    const result = { operation, namespace, requestId: reply.request.id, schema, output };
    const { type, encodeResult } = encodingOf(reply.request);
    return reply.status(200).header('content-type', type).send(encodeResult(result));
  };
}

const xml = { type: 'text/xml', encodeResult: encodeXmlResult, encodeError: encodeXmlError };
const json = { type: 'application/json', encodeResult: encodeJsonResult, encodeError: encodeJsonError };

/** AWS returns JSON if the header Accept names it; `*\/*` is not sufficient. */
function encodingOf({ headers: { accept = '' } }: FastifyRequest): typeof xml {
  return /(?:^|,)\s*application\/json\s*(?:[,;]|$)/i.test(accept) ? json : xml;
}

/** The parameters of presigned requests are in the query string. */
function readParameters(http: FastifyRequest): URLSearchParams {
  if (http.method === 'GET') {
    const parameters = new URLSearchParams(http.url.slice(http.url.indexOf('?') + 1));
    for (const name of [...parameters.keys()]) if (/^x-amz-/i.test(name)) parameters.delete(name);
    return parameters;
  }
  const type = http.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== FORM) throw new ApiError('UnsupportedMediaType', `Send the parameters as ${FORM}.`);
  return new URLSearchParams(http.body as string);
}

/** @throws ApiError InvalidAction */
function serviceOf(parameters: URLSearchParams): QueryService {
  const version = parameters.get('Version');
  const service = queryServices.find((candidate) => candidate.version === version);
  if (service) return service;
  const known = queryServices.map((candidate) => `${candidate.version} (${candidate.prefix})`).join(', ');
  throw new ApiError('InvalidAction', `The parameter Version must be one of: ${known}.`);
}

/** @throws ApiError MissingAction, InvalidAction */
function operationOf(
  { prefix, version }: QueryService,
  parameters: URLSearchParams,
  registry: OperationRegistry,
): Operation {
  const action = parameters.get('Action');
  if (!action) throw new ApiError('MissingAction', 'The request must contain the parameter Action.');
  const operation = registry.named(`${prefix}:${action}`);
  if (operation) return operation;
  const shown = /^\w{1,128}$/.test(action) ? action : 'the given name';
  throw new ApiError('InvalidAction', `Could not find operation ${shown} for version ${version}.`);
}
