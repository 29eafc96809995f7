import type { LocateScope, Target } from '../access/operations/operation.js';
import { iamArn, parseArn } from '../common/arn.js';
import { ApiError } from '../common/errors.js';
import type { Tags } from '../common/tags.js';
import type { ManagedPolicy } from '../generated/prisma/client.js';

/**
 * A customer managed policy by its ARN. The ARN's account must be the one acted in: another account's policies are
 * as good as missing.
 *
 * @throws ApiError InvalidInput when the text is no policy's ARN
 */
export async function locatePolicy(
  { tx, accountId, partition }: Omit<LocateScope<unknown>, 'input'>,
  policyArn: string,
): Promise<Target<ManagedPolicy>> {
  const parsed = parseArn(policyArn);
  const [, path = '', name = ''] = /^policy(\/(?:[!-~]*\/)?)([\w+=,.@-]+)$/.exec(parsed?.resource ?? '') ?? [];
  if (!parsed || !name || parsed.partition !== partition || parsed.service !== 'iam') {
    throw new ApiError('InvalidInput', `ARN ${policyArn} is not valid.`);
  }
  const missing: Target<ManagedPolicy> = { arn: policyArn, missing: `Policy ${policyArn} was not found.` };
  if (parsed.accountId !== accountId) return missing;
  const row = await tx.managedPolicy.findUnique({
    where: { accountId_nameKey: { accountId, nameKey: name.toLowerCase() } },
  });
  if (!row || row.path !== path || row.name !== name) return missing;
  return { arn: policyArn, tags: row.tags as Tags, row };
}

export function policyArnOf(policy: ManagedPolicy, partition: string): string {
  return iamArn(partition, policy.accountId, 'policy', policy.path, policy.name);
}
