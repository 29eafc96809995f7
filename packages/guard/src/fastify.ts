import { createHash, type Hash } from 'node:crypto';
import { Transform } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { Gatehouse, type GatehouseOptions, type Principal, type Question } from './gatehouse.js';

/** The requirements of a route: the action, and the ARN of the resource in the request. */
export interface RoutePermission extends Omit<Question, 'resource' | 'context'> {
  readonly resource: (request: FastifyRequest) => string;
  readonly context?: (request: FastifyRequest) => NonNullable<Question['context']>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `public`: deliberately open to everyone. */
    gatehouse?: RoutePermission | 'public';
  }
  interface FastifyRequest {
    /** The principal of the request. */
    principal: Principal | undefined;
    gatehouseBodyHash: Hash | undefined;
  }
}

/**
 * Admits requests that Gatehouse allows. A route that is neither protected nor declared public prevents the start of
 * the service.
 */
export function gatehouseGuard(server: FastifyInstance, options: GatehouseOptions, done: () => void): void {
  const gatehouse = new Gatehouse(options);
  server.decorateRequest('principal');
  server.decorateRequest('gatehouseBodyHash');
  server.addHook('onRoute', requirePermission);
  // The body is hashed while it is passed to its parser.
  server.addHook('preParsing', async (request, _reply, payload) => {
    const hash = createHash('sha256');
    request.gatehouseBodyHash = hash;
    const hashing = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    payload.once('error', (error) => hashing.destroy(error));
    return payload.pipe(hashing);
  });
  server.addHook('preHandler', (request, reply) => guard(gatehouse, request, reply));
  done();
}

// Its hooks apply to the whole server, not only to the plugin.
Object.assign(gatehouseGuard, { [Symbol.for('skip-override')]: true });

async function guard(gatehouse: Gatehouse, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const permission = request.routeOptions.config.gatehouse;
  if (permission === 'public' || request.is404) return;
  // Not reached: a service with such a route does not start. If that changes, the route stays closed.
  if (!permission) return reply.code(403).send({ message: 'The route is not open to anyone.' });
  const { action, resourceType } = permission;
  const received = {
    method: request.method,
    url: request.originalUrl,
    rawHeaders: request.raw.rawHeaders,
    bodySha256: request.gatehouseBodyHash!.digest('hex'),
    ip: request.ip,
  };
  const answer = await gatehouse.authorize(received, {
    action,
    resource: permission.resource(request),
    ...(resourceType === undefined ? {} : { resourceType }),
    ...(permission.context ? { context: permission.context(request) } : {}),
  });
  if (!answer.allowed) return reply.code(answer.status).send({ message: answer.message });
  request.principal = answer.principal;
}

function requirePermission({ url, config }: RouteOptions): void {
  if (!config?.gatehouse) throw new Error(`${url}: config.gatehouse must name a permission, or say 'public'`);
}
