import type { LocateScope } from '../../access/actions/action.js';
import type { Target } from '../../access/actions/target.js';
import { gatehouseArn } from '../../kernel/arn.js';
import type { Service } from '../../generated/prisma/client.js';

/** Services belong to the platform: their ARN contains no account. */
export function serviceArn(partition: string, prefix: string): string {
  return gatehouseArn(partition, '', `service/${prefix}`);
}

export async function locateService({
  tx,
  partition,
  input: { prefix },
}: LocateScope<{ prefix: string }>): Promise<Target<Service>> {
  const arn = serviceArn(partition, prefix);
  const row = await tx.service.findUnique({ where: { prefix } });
  return row ? { arn, row } : { arn, missing: `The service ${prefix} is not registered.` };
}
