import type { LocateScope } from '../../access/actions/action.js';
import type { Target } from '../../access/actions/target.js';
import type { Identity } from '../../generated/prisma/client.js';

/**
 * The condition key `iam:PermissionsBoundary`. Source: Service Authorization Reference, "Identity and Access
 * Management", and IAM User Guide, "Delegating responsibility to others using permissions boundaries".
 */
const KEY = 'iam:PermissionsBoundary';

/** The boundary that the request wants to set: on creating, and on setting a boundary. */
export const requested = {
  [KEY]: ({ input }: LocateScope<object>) =>
    (input as { readonly permissionsBoundary?: string | undefined }).permissionsBoundary,
};

/** The boundary that the user or role has: on everything that changes its policies. */
export const ofTarget = {
  [KEY]: (_scope: LocateScope<object>, target: Target<Identity>) =>
    ('row' in target ? target.row.permissionsBoundaryArn : null) ?? undefined,
};
