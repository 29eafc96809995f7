import type { LocateScope } from '../../access/actions/action.js';
import type { Target } from '../../access/actions/target.js';
import { formatArn, invalidArn, parseArn } from '../../kernel/arn.js';
import { tagsColumn } from '../../kernel/tags.js';
import type { Prisma } from '../../generated/prisma/client.js';

export const withPrivateKeys = {
  privateKeys: { orderBy: { createdAt: 'asc' } },
} satisfies Prisma.SamlProviderInclude;

export type SamlProviderWithKeys = Prisma.SamlProviderGetPayload<{ include: typeof withPrivateKeys }>;

/**
 * A SAML provider by its ARN; one of another account is treated as missing.
 *
 * @throws ApiError InvalidInput or ValidationError if the text is not such an ARN
 */
export async function locateSamlProvider(
  { tx, accountId, partition }: Omit<LocateScope<unknown>, 'input'>,
  arn: string,
): Promise<Target<SamlProviderWithKeys>> {
  const parsed = parseArn(arn);
  const name = /^saml-provider\/([\w._-]+)$/.exec(parsed?.resource ?? '')?.[1];
  if (!parsed || !name || parsed.partition !== partition || parsed.service !== 'iam') throw invalidArn(arn);
  const where = { accountId_nameKey: { accountId, nameKey: name.toLowerCase() } };
  const row =
    parsed.accountId === accountId ? await tx.samlProvider.findUnique({ where, include: withPrivateKeys }) : undefined;
  if (!row || row.name !== name) return { arn, missing: `Manifest not found for arn ${arn}` };
  return { arn, tags: tagsColumn.read(row.tags), row };
}

export function samlProviderArn(partition: string, accountId: string, name: string): string {
  return formatArn({ partition, service: 'iam', region: '', accountId, resource: `saml-provider/${name}` });
}
