import type { LocateScope } from '../../access/actions/action.js';
import type { Target } from '../../access/actions/target.js';
import { iamArn } from '../../kernel/arn.js';
import { tagsColumn } from '../../kernel/tags.js';
import type { ServerCertificate } from '../../generated/prisma/client.js';

/** A server certificate by its name, which is not case-sensitive. */
export async function locateServerCertificate(
  { tx, accountId, partition }: Omit<LocateScope<unknown>, 'input'>,
  name: string,
): Promise<Target<ServerCertificate>> {
  const row = await tx.serverCertificate.findUnique({
    where: { accountId_nameKey: { accountId, nameKey: name.toLowerCase() } },
  });
  if (row) return { arn: serverCertificateArn(row, partition), tags: tagsColumn.read(row.tags), row };
  return {
    arn: iamArn(partition, accountId, 'server-certificate', '/', name),
    missing: `The Server Certificate with name ${name} cannot be found.`,
  };
}

export function serverCertificateArn(
  { accountId, path, name }: Pick<ServerCertificate, 'accountId' | 'path' | 'name'>,
  partition: string,
): string {
  return iamArn(partition, accountId, 'server-certificate', path, name);
}
