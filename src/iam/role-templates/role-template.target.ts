import type { LocateScope } from '../../access/actions/action.js';
import type { Target } from '../../access/actions/target.js';
import { iamArn, parseArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { RoleTemplate } from '../../generated/prisma/client.js';
import { PLATFORM_OWNER } from '../policies/policy.target.js';

type Scope = Omit<LocateScope<unknown>, 'input'>;

export function roleTemplateArn(partition: string, name: string): string {
  return iamArn(partition, PLATFORM_OWNER, 'role-template', '/', name);
}

/**
 * A template by its ARN, `arn:aws:iam::aws:role-template/<name>`. Every account can use it if its policies allow it.
 *
 * @throws ApiError InvalidInput if the text is not the ARN of a template
 */
export async function locateRoleTemplate({ tx, partition }: Scope, arn: string): Promise<Target<RoleTemplate>> {
  const parsed = parseArn(arn);
  const name = /^role-template\/([\w+=,.@-]+)$/.exec(parsed?.resource ?? '')?.[1];
  if (!parsed || name === undefined || roleTemplateArn(partition, name) !== arn) {
    throw new ApiError('InvalidInput', `ARN ${arn} is not valid.`);
  }
  const row = await tx.roleTemplate.findUnique({ where: { nameKey: name.toLowerCase() } });
  return row ? { arn, row } : { arn, missing: `The role template ${arn} cannot be found.` };
}
