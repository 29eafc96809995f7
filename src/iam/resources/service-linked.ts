import { ApiError } from '../../kernel/errors/errors.js';
import type { Identity } from '../../generated/prisma/client.js';

/** Roles under this path belong to the service to which they are linked. */
export const SERVICE_LINKED_PATH = '/aws-service-role/';

export function isServiceLinked({ type, path }: Pick<Identity, 'type' | 'path'>): boolean {
  return type === 'role' && path.startsWith(SERVICE_LINKED_PATH);
}

/**
 * Source: IAM User Guide, "Create a service-linked role": the service defines its trust and its permissions.
 *
 * @throws ApiError UnmodifiableEntity for a service-linked role
 */
export function requireModifiable(identity: Identity): void {
  if (!isServiceLinked(identity)) return;
  throw new ApiError(
    'UnmodifiableEntity',
    `Cannot perform the operation on the protected role '${identity.name}' - this role is only modifiable by AWS`,
  );
}
