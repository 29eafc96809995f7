import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { PUBLIC_METADATA } from '../operations/operation.decorator.js';
import { OperationRegistry } from '../operations/operation-registry.js';

/** Default deny: what is neither an operation, which the pipeline guards, nor public on purpose is not served. */
@Injectable()
export class DeclaredRouteGuard implements CanActivate {
  constructor(
    private readonly registry: OperationRegistry,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.registry.ofHandler(context.getHandler() as () => unknown)) return true;
    return this.reflector.getAllAndOverride(PUBLIC_METADATA, [context.getHandler(), context.getClass()]) === true;
  }
}
