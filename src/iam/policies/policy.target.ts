import type { LocateScope } from '../../access/actions/action.js';
import type { Target } from '../../access/actions/target.js';
import { iamArn, invalidArn, parseArn } from '../../kernel/arn.js';
import { tagsColumn } from '../../kernel/tags.js';
import type { ManagedPolicy, PlatformPolicy } from '../../generated/prisma/client.js';

/** The account part in the ARNs of platform-managed policies. */
export const PLATFORM_OWNER = 'aws';

/** A managed policy: the account's own (customer managed) or the platform's. */
export type AnyPolicy = ManagedPolicy | PlatformPolicy;

type Scope = Pick<LocateScope<unknown>, 'tx' | 'accountId' | 'partition'>;

/**
 * A managed policy by its ARN, to be read or used: one of the account or of the platform. Policies of other accounts
 * are treated as missing.
 *
 * @throws ApiError InvalidInput or ValidationError if the text is not the ARN of a policy
 */
export async function locatePolicy(scope: Scope, policyArn: string): Promise<Target<AnyPolicy>> {
  const { accountId, path, name } = parsePolicyArn(policyArn, scope.partition);
  if (accountId === PLATFORM_OWNER) return locatePlatformPolicy(scope, policyArn);
  if (accountId !== scope.accountId) return missing(policyArn);
  const row = await scope.tx.managedPolicy.findUnique({
    where: { accountId_nameKey: { accountId, nameKey: name.toLowerCase() } },
  });
  if (!row || row.path !== path || row.name !== name) return missing(policyArn);
  return { arn: policyArn, tags: tagsColumn.read(row.tags), row };
}

/**
 * Like `locatePolicy`, to be changed. Callers with the permission get an error for platform-managed policies.
 *
 * @param refusal AWS's message for its own policies
 *
 * @throws ApiError InvalidInput or ValidationError if the text is not the ARN of a policy
 */
export async function locateOwnPolicy(
  scope: Scope,
  policyArn: string,
  refusal = 'Cannot update policies outside your own account.',
): Promise<Target<ManagedPolicy>> {
  const target = await locatePolicy(scope, policyArn);
  if ('row' in target && isOwn(target.row)) return { ...target, row: target.row };
  const isPlatforms = parsePolicyArn(policyArn, scope.partition).accountId === PLATFORM_OWNER;
  return isPlatforms ? { arn: policyArn, missing: refusal, code: 'AccessDenied' } : missing(policyArn);
}

/** The policy of a version, by `locatePolicy` or `locateOwnPolicy`. AWS names both if the policy is missing. */
export async function locateVersion<Row>(
  locate: (scope: Scope, policyArn: string) => Promise<Target<Row>>,
  { input: { policyArn, versionId }, ...scope }: LocateScope<{ policyArn: string; versionId: string }>,
): Promise<Target<Row>> {
  const target = await locate(scope, policyArn);
  return 'row' in target || target.code ? target : { ...target, missing: missingVersion(policyArn, versionId) };
}

export function missingVersion(policyArn: string, versionId: string): string {
  return `Policy ${policyArn} version ${versionId} does not exist or is not attachable.`;
}

/** @throws ApiError InvalidInput or ValidationError if the text is not the ARN of a policy */
export async function locatePlatformPolicy(scope: Scope, policyArn: string): Promise<Target<PlatformPolicy>> {
  const { accountId, path, name } = parsePolicyArn(policyArn, scope.partition);
  if (accountId !== PLATFORM_OWNER) return missing(policyArn);
  const row = await scope.tx.platformPolicy.findUnique({ where: { nameKey: name.toLowerCase() } });
  return row?.path === path && row.name === name ? { arn: policyArn, row } : missing(policyArn);
}

export function isOwn(policy: AnyPolicy): policy is ManagedPolicy {
  return 'accountId' in policy;
}

export function policyArnOf(
  policy: Pick<ManagedPolicy, 'accountId' | 'path' | 'name'> | Pick<PlatformPolicy, 'path' | 'name'>,
  partition: string,
): string {
  return 'accountId' in policy
    ? iamArn(partition, policy.accountId, 'policy', policy.path, policy.name)
    : platformPolicyArn(policy, partition);
}

export function platformPolicyArn({ path, name }: Pick<PlatformPolicy, 'path' | 'name'>, partition: string): string {
  return iamArn(partition, PLATFORM_OWNER, 'policy', path, name);
}

/** `ViewOnlyAccess` of `arn:aws:iam::aws:policy/job-function/ViewOnlyAccess`. */
export function policyNameOf(policyArn: string): string {
  return policyArn.slice(policyArn.lastIndexOf('/') + 1);
}

function parsePolicyArn(policyArn: string, partition: string): { accountId: string; path: string; name: string } {
  const parsed = parseArn(policyArn);
  const [, path = '', name = ''] = /^policy(\/(?:[!-~]*\/)?)([\w+=,.@-]+)$/.exec(parsed?.resource ?? '') ?? [];
  if (!parsed || !name || parsed.partition !== partition || parsed.service !== 'iam') throw invalidArn(policyArn);
  return { accountId: parsed.accountId, path, name };
}

function missing(policyArn: string): { arn: string; missing: string } {
  return { arn: policyArn, missing: `Policy ${policyArn} was not found.` };
}
