import {
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
  PIPES_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants.js';
import { IamGuard } from '../access/authorization/iam.guard.js';

/** A Nest enhancer that would be ignored prevents the start of the server. */
class EnhancerError extends Error {
  override readonly name = 'EnhancerError';
}

const KINDS = {
  [GUARDS_METADATA]: 'a guard',
  [INTERCEPTORS_METADATA]: 'an interceptor',
  [PIPES_METADATA]: 'a pipe',
  [EXCEPTION_FILTERS_METADATA]: 'an exception filter',
};

type Method = (...parameters: never[]) => unknown;

/**
 * Plans call operations with the validated input and the context, and do not run Nest's guards, interceptors, pipes and
 * filters, nor decorators of parameters and their pipes.
 *
 * @throws EnhancerError
 */
export function requireNoEnhancers(operation: string, controller: object, method: Method): void {
  for (const [key, kind] of Object.entries(KINDS)) {
    if (![method, controller].some((target) => Reflect.hasMetadata(key, target))) continue;
    throw new EnhancerError(
      `${operation} has ${kind}, which its plan does not run. Declare the requirement in @Operation ` +
        '(src/operations/plans.ts).',
    );
  }
  if (!Reflect.hasMetadata(ROUTE_ARGS_METADATA, controller, method.name)) return;
  throw new EnhancerError(
    `${operation} has a decorated parameter, but its plan passes the input and the context. Declare the member in ` +
      'the input schema.',
  );
}

/** The facts about a provider in Nest's discovery. */
interface DiscoveredProvider {
  readonly subtype?: string | undefined;
  readonly instance: unknown;
  readonly name: string;
}

/**
 * Global filters apply to operations too, because Fastify passes their errors to Nest; the only guard is `IamGuard`.
 *
 * @throws EnhancerError
 */
export function requireNoGlobalEnhancers(providers: readonly DiscoveredProvider[]): void {
  for (const { subtype, instance, name } of providers) {
    if (subtype === undefined || subtype === 'filter' || instance instanceof IamGuard) continue;
    throw new EnhancerError(`${name} is a global ${subtype}, which the plans of operations do not run`);
  }
}
