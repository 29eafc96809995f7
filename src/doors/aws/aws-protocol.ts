import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Operation } from '../../operations/operation.js';
import type { OperationRegistry } from '../../operations/operation-registry.js';
import type { ApiError } from '../../kernel/errors/errors.js';

/** How requests and answers are written on one of AWS's wires. */
export interface AwsProtocol {
  /** @throws ApiError when the request names no operation or cannot be read */
  read(http: FastifyRequest, registry: OperationRegistry): AwsRequest;
  writeError(reply: FastifyReply, error: ApiError, operation?: Operation): void;
}

/** A request that was understood. */
export interface AwsRequest {
  readonly operation: Operation;
  readonly rawInput: Record<string, unknown>;
  /** Sends the answer. */
  write(reply: FastifyReply, output: Record<string, unknown> | undefined): FastifyReply;
}
