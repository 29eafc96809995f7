import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  type CanActivate,
  type CustomDecorator,
  type ExecutionContext,
  HttpException,
  Injectable,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Gatehouse, type Principal, type Question } from './gatehouse.js';

export { Gatehouse } from './gatehouse.js';

/** A request of Fastify or Express. */
export interface ServiceRequest {
  readonly method: string;
  readonly originalUrl: string;
  readonly params: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Present with `NestFactory.create(…, { rawBody: true })`. */
  readonly rawBody?: Buffer;
  readonly ip?: string;
  readonly rawHeaders?: string[];
  readonly raw?: IncomingMessage;
  /** The principal of an admitted request. */
  principal?: Principal | undefined;
}

interface Needed extends Omit<Question, 'resource'> {
  readonly resource: (request: ServiceRequest) => string;
}

const NEEDED = 'gatehouse:needed';

/** The requirements of a route: the action, and the ARN of the resource in the request. */
export const Permission = (action: string, resource: Needed['resource']): CustomDecorator =>
  SetMetadata(NEEDED, { action, resource } satisfies Needed);

/** A route that is deliberately open to everyone. */
export const Public = (): CustomDecorator => SetMetadata(NEEDED, 'public');

/**
 * Admits requests that Gatehouse allows; a route that is neither protected nor declared public refuses all requests.
 */
@Injectable()
export class GatehouseGuard implements CanActivate {
  constructor(
    private readonly gatehouse: Gatehouse,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const needed = this.reflector.getAllAndOverride<Needed | 'public' | undefined>(NEEDED, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (needed === 'public') return true;
    if (!needed) return false;
    const request = context.switchToHttp().getRequest<ServiceRequest>();
    const { method, originalUrl, ip, rawHeaders = request.raw?.rawHeaders ?? [] } = request;
    const received = { method, url: originalUrl, rawHeaders, bodySha256: hashOf(request), ...(ip ? { ip } : {}) };
    const answer = await this.gatehouse.authorize(received, { ...needed, resource: needed.resource(request) });
    if (!answer.allowed) throw new HttpException(answer.message, answer.status);
    request.principal = answer.principal;
    return true;
  }
}

function hashOf({ body, rawBody }: ServiceRequest): string {
  const isEmpty = body === undefined || body === null || (typeof body === 'object' && Object.keys(body).length === 0);
  if (!rawBody && !isEmpty) {
    throw new Error('The guard needs the raw body: create the application with { rawBody: true }');
  }
  return createHash('sha256')
    .update(rawBody ?? '')
    .digest('hex');
}
