import type { LocateScope } from '../../access/actions/action.js';
import type { Target } from '../../access/actions/target.js';
import type { Identity } from '../../generated/prisma/client.js';

/**
 * The condition key `iam:PermissionsBoundary`. Source: Service Authorization Reference, "Identity and Access
 * Management", and IAM User Guide, "Delegating responsibility to others using permissions boundaries".
 */
const KEY = 'iam:PermissionsBoundary';

/** The boundary in the request, for operations that create a user or role, or set a boundary. */
export const requested = {
  [KEY]: ({ input }: LocateScope<object>) =>
    (input as { readonly permissionsBoundary?: string | undefined }).permissionsBoundary,
};

/** The boundary of the user or role, for all operations that change its policies. */
export const ofTarget = {
  [KEY]: (_scope: LocateScope<object>, target: Target<Identity>) =>
    ('row' in target ? target.row.permissionsBoundaryArn : null) ?? undefined,
};
