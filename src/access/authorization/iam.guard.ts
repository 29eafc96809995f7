import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../kernel/errors/errors.js';
import type { MaybePromise } from '../../kernel/maybe-promise.js';
import { inSpan } from '../../kernel/tracing/spans.js';
import type { Attempt } from '../authentication/authentication-strategy.js';
import { Authenticator } from '../authentication/authenticator.service.js';
import type { Caller } from '../actions/caller.js';
import type { RequestFacts } from '../actions/request-facts.js';
import type { Action, ActionScope } from '../actions/action.js';
import type { Judgement } from './authorizer.service.js';
import { Decider } from './decider.service.js';
import { PUBLIC_METADATA } from '../actions/public.decorator.js';
import type { Target } from '../actions/target.js';

const NO_ATTRIBUTES = {};

/**
 * Authenticates and authorizes: the only class that admits requests. The plan of every operation contains its two steps
 * (`authenticate`, `decide`); as Nest's global guard it refuses every other route that is not declared public.
 */
@Injectable()
export class IamGuard implements CanActivate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly decider: Decider,
    private readonly reflector: Reflector,
  ) {}

  /**
   * @returns undefined if the request has no credentials
   * @throws ApiError if the credentials are invalid
   */
  authenticate(request: FastifyRequest, attempt: Attempt): MaybePromise<Caller | undefined> {
    return inSpan('authenticate', NO_ATTRIBUTES, () => this.authenticator.authenticate(request, attempt));
  }

  /** Whether this caller may call this operation on this target. */
  decide(action: Action, facts: RequestFacts, scope: ActionScope, target: Target<unknown>): MaybePromise<Judgement> {
    return this.decider.decide(action, facts, scope, target);
  }

  /**
   * For Nest's own routes. Routes of operations lead to their plans and never here.
   *
   * @throws ApiError AccessDenied for a route that is not public
   */
  canActivate(context: ExecutionContext): boolean {
    const isPublic = this.reflector.getAllAndOverride<boolean>(PUBLIC_METADATA, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (isPublic) return true;
    throw new ApiError('AccessDenied', 'This route is neither an operation nor declared public.');
  }
}
