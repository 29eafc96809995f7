import type { LocateScope } from '../../access/actions/action.js';
import type { Target } from '../../access/actions/target.js';
import { parseArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Identity, IdentityType } from '../../generated/prisma/client.js';
import { locateIdentity } from './identity.target.js';

/**
 * The user, group or role with the given ARN; it must belong to the account.
 *
 * @throws ApiError InvalidInput if the text is not such an ARN
 */
export async function locateIdentityByArn(
  scope: Omit<LocateScope<unknown>, 'input'>,
  text: string,
): Promise<Target<Identity>> {
  const parsed = parseArn(text);
  const [, type, name] = /^(user|group|role)\/(?:[!-~]*\/)?([\w+=,.@-]+)$/.exec(parsed?.resource ?? '') ?? [];
  if (!parsed || !type || !name || parsed.partition !== scope.partition || parsed.service !== 'iam') {
    throw new ApiError('InvalidInput', `Invalid Entity Arn: ${text} does not clearly define entity type and name.`);
  }
  const missing = { arn: text, missing: `Unknown entity: ${text} cannot be found.` };
  if (parsed.accountId !== scope.accountId) return missing;
  const target = await locateIdentity(scope, type as IdentityType, name);
  return 'row' in target && target.arn === text ? target : missing;
}
