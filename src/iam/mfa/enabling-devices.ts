import type { FurtherPermission } from '../../access/actions/action.js';
import type { Target } from '../../access/actions/target.js';

/**
 * AWS's console registers keys with this permission. A Deny of `iam:*`, or a boundary without it, therefore also
 * applies to Gatehouse's own operations that give a user a second factor
 * (docs/decisions/0038-credential-operations.md).
 */
export const enablingDevices = (_: unknown, target: Target<unknown>): FurtherPermission[] => [
  { action: 'iam:EnableMFADevice', target },
];
