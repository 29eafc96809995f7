import {
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
  PIPES_METADATA,
} from '@nestjs/common/constants.js';
import { IamGuard } from '../access/authorization/iam.guard.js';

/** An enhancer of Nest that would be ignored stops the server from starting. */
class EnhancerError extends Error {
  override readonly name = 'EnhancerError';
}

const KINDS = {
  [GUARDS_METADATA]: 'a guard',
  [INTERCEPTORS_METADATA]: 'an interceptor',
  [PIPES_METADATA]: 'a pipe',
  [EXCEPTION_FILTERS_METADATA]: 'an exception filter',
};

/**
 * Operations are called by their plans, which run no guards, interceptors, pipes and filters of Nest.
 *
 * @param targets the method and its controller
 * @throws EnhancerError
 */
export function requireNoEnhancers(operation: string, targets: readonly object[]): void {
  for (const [key, kind] of Object.entries(KINDS)) {
    if (!targets.some((target) => Reflect.hasMetadata(key, target))) continue;
    throw new EnhancerError(
      `${operation} has ${kind}, which its plan does not run. Declare the requirement in @Operation ` +
        '(src/operations/plans.ts).',
    );
  }
}

/** What the discovery of Nest shows of a provider. */
interface DiscoveredProvider {
  readonly subtype?: string | undefined;
  readonly instance: unknown;
  readonly name: string;
}

/**
 * Global filters work for operations too, since Fastify hands their errors to Nest; of guards there is `IamGuard` alone.
 *
 * @throws EnhancerError
 */
export function requireNoGlobalEnhancers(providers: readonly DiscoveredProvider[]): void {
  for (const { subtype, instance, name } of providers) {
    if (subtype === undefined || subtype === 'filter' || instance instanceof IamGuard) continue;
    throw new EnhancerError(`${name} is a global ${subtype}, which the plans of operations do not run`);
  }
}
