import { type CredentialStrategy, NamedStrategy } from '../access/authentication/credential-strategy.js';

/** A credential that two strategies verify stops the server from starting. */
class DuplicateStrategyError extends Error {
  override readonly name = 'DuplicateStrategyError';
}

/**
 * The strategies among the providers of the server, by name.
 *
 * @throws DuplicateStrategyError
 */
export function credentialStrategies(
  providers: readonly { readonly instance: unknown }[],
): ReadonlyMap<string, CredentialStrategy> {
  const byName = new Map<string, CredentialStrategy>();
  const instances = new Set(providers.map(({ instance }) => instance));
  for (const instance of instances) {
    if (!isCredentialStrategy(instance)) continue;
    if (byName.has(instance.name)) throw new DuplicateStrategyError(`Two strategies verify ${instance.name}`);
    byName.set(instance.name, instance);
  }
  return byName;
}

/** What extends `CredentialNamed`, and so implements the methods of a strategy. */
function isCredentialStrategy(instance: unknown): instance is CredentialStrategy {
  return instance instanceof NamedStrategy;
}
