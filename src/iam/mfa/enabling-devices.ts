import type { FurtherPermission } from '../../access/actions/action.js';
import type { Target } from '../../access/actions/target.js';

/**
 * AWS's console registers keys by this permission: a Deny of `iam:*`, or a boundary without it, holds for Gatehouse's own
 * operations that give a user a second factor (docs/decisions/0038-credential-operations.md).
 */
export const enablingDevices = (_: unknown, target: Target<unknown>): FurtherPermission[] => [
  { action: 'iam:EnableMFADevice', target },
];
