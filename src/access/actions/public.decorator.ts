import { SetMetadata } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { RouteConfig } from '@nestjs/platform-fastify';

export const PUBLIC_METADATA = 'gatehouse:public';

/** The part of a Fastify route's configuration that states who may call it; see `declared-routes.ts`. */
export interface RouteAccess {
  /** The name of the operation whose plan is the handler. */
  readonly operation?: string;
  /** Deliberately open to everyone. */
  readonly isPublic?: true;
}

declare module 'fastify' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  interface FastifyContextConfig extends RouteAccess {}
}

/**
 * Marks a route, or all routes of a controller, as deliberately open to everyone. Such a route is not an operation and
 * has no input.
 */
export function Public(): ClassDecorator & MethodDecorator {
  const mark = SetMetadata(PUBLIC_METADATA, true);
  const configure = RouteConfig({ isPublic: true } satisfies RouteAccess);
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    if (key !== undefined && descriptor) {
      mark(target, key, descriptor);
      configure(target, key, descriptor);
      return;
    }
    const controller = target as new () => object;
    mark(controller);
    for (const method of Object.values(Object.getOwnPropertyDescriptors(controller.prototype as object))) {
      const isRoute =
        typeof method.value === 'function' && Reflect.hasMetadata(METHOD_METADATA, method.value as object);
      if (isRoute) configure(controller.prototype as object, '', method);
    }
  };
}
