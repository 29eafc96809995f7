import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Operation } from '../../operations/operation.js';
import type { OperationRegistry } from '../../operations/operation-registry.js';
import type { ApiError } from '../../kernel/errors/errors.js';

/** Reads requests and writes responses in one of AWS's protocols. */
export interface AwsProtocol {
  /** @throws ApiError if the request names no operation or cannot be parsed */
  read(http: FastifyRequest, registry: OperationRegistry): AwsRequest;
  writeError(reply: FastifyReply, error: ApiError, operation?: Operation): void;
}

/** A parsed request. */
export interface AwsRequest {
  readonly operation: Operation;
  readonly rawInput: Record<string, unknown>;
  /** Sends the response. */
  write(reply: FastifyReply, output: Record<string, unknown> | undefined): FastifyReply;
}
