import type { LocateScope } from '../../../access/actions/action.js';
import type { Target } from '../../../access/actions/target.js';
import { servicePrefixOf } from '../../../access/principals/service-caller.js';
import { gatehouseArn } from '../../../kernel/arn.js';
import type { Identity, InstanceProfile, Service, Workload } from '../../../generated/prisma/client.js';

/** A workload with the current data for its decisions. */
export type FullWorkload = Workload & {
  readonly service: Omit<Service, 'definition'>;
  readonly role: Identity | null;
  readonly instanceProfile: (InstanceProfile & { readonly role: Identity | null }) | null;
};

export const withRoles = {
  // A definition may have a megabyte.
  service: { omit: { definition: true } },
  role: true,
  instanceProfile: { include: { role: true } },
} as const;

/** The workload in lists, without policies and tags. */
const namesOf = { select: { accountId: true, type: true, path: true, name: true } } as const;
export const withRoleNames = {
  role: namesOf,
  instanceProfile: { select: { accountId: true, path: true, name: true, role: namesOf } },
} as const;

type RoleNames = Pick<Identity, 'accountId' | 'type' | 'path' | 'name'>;
type ProfileNames = Pick<InstanceProfile, 'accountId' | 'path' | 'name'>;

export type DescribedWorkload = Workload & {
  readonly role: RoleNames | null;
  readonly instanceProfile: (ProfileNames & { readonly role: RoleNames | null }) | null;
};

export function workloadArn(partition: string, accountId: string, workloadId: string): string {
  return gatehouseArn(partition, accountId, `workload/${workloadId}`);
}

/** Services see their own workloads, an account all of its workloads. */
export function visibleTo(caller: LocateScope<unknown>['caller']): { servicePrefix?: string } {
  const servicePrefix = servicePrefixOf(caller);
  return servicePrefix === undefined ? {} : { servicePrefix };
}

export async function locateWorkload({
  tx,
  accountId,
  partition,
  caller,
  input: { workloadId },
}: LocateScope<{ workloadId: string }>): Promise<Target<FullWorkload>> {
  const arn = workloadArn(partition, accountId, workloadId);
  const where = { accountId, workloadId, ...visibleTo(caller) };
  const row = await tx.workload.findFirst({ where, include: withRoles });
  return row ? { arn, row } : { arn, missing: `The workload with ID ${workloadId} cannot be found.` };
}

/** The last part of its ARN, like AWS's session names of instances; its ID if that is not a valid name. */
export function workloadSessionName({ resourceArn, workloadId }: Pick<Workload, 'resourceArn' | 'workloadId'>): string {
  const name = /[^:/]*$/.exec(resourceArn)![0];
  return /^[\w+=,.@-]{2,64}$/.test(name) ? name : workloadId;
}
