import type { LocateScope } from '../../access/actions/action.js';
import type { Target } from '../../access/actions/target.js';
import { formatArn, invalidArn, parseArn } from '../../kernel/arn.js';
import { tagsColumn } from '../../kernel/tags.js';
import type { OidcProvider } from '../../generated/prisma/client.js';

type Scope = Omit<LocateScope<unknown>, 'input'>;

/**
 * An OpenID Connect provider by its ARN; one of another account is treated as missing.
 *
 * @throws ApiError InvalidInput or ValidationError if the text is not such an ARN
 */
export async function locateOidcProvider(scope: Scope, arn: string): Promise<Target<OidcProvider>> {
  const row = await findOidcProvider(scope, arn);
  return row
    ? { arn, tags: tagsColumn.read(row.tags), row }
    : { arn, missing: `OpenIDConnect Provider not found for arn ${arn}` };
}

/** @throws ApiError InvalidInput or ValidationError if the text is not such an ARN */
async function findOidcProvider({ tx, accountId, partition }: Scope, arn: string): Promise<OidcProvider | undefined> {
  const parsed = parseArn(arn);
  const issuer = /^oidc-provider\/([!-~]+)$/.exec(parsed?.resource ?? '')?.[1];
  if (!parsed || !issuer || parsed.partition !== partition || parsed.service !== 'iam') throw invalidArn(arn);
  if (parsed.accountId !== accountId) return undefined;
  return (await tx.oidcProvider.findUnique({ where: { accountId_issuer: { accountId, issuer } } })) ?? undefined;
}

export function oidcProviderArn(partition: string, accountId: string, issuer: string): string {
  return formatArn({ partition, service: 'iam', region: '', accountId, resource: `oidc-provider/${issuer}` });
}
