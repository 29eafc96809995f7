import { randomUUID } from 'node:crypto';
import type { TestService } from './services.js';
import { addRole, trusting } from './sessions.js';
import type { Tenant } from './tenant.js';

/** A role that a service may use for resources of the tenant's account. @returns its ARN */
export function serviceRole(tenant: Tenant, service: TestService, ...actions: string[]): Promise<string> {
  return addRole(tenant, trustFor(tenant, service), ...actions);
}

/** Trusts a service for this account only. */
export function trustFor({ accountId }: Tenant, { principal, prefix }: TestService): object {
  return trusting({
    Principal: { Service: principal },
    Condition: {
      StringEquals: { 'aws:SourceAccount': accountId },
      ArnLike: { 'aws:SourceArn': `arn:aws:${prefix}:*:${accountId}:*` },
    },
  });
}

/** An instance profile that contains a role. @returns its ARN */
export async function profileOf(tenant: Tenant, roleArn: string): Promise<string> {
  const instanceProfileName = `profile-${randomUUID().slice(0, 8)}`;
  const created = await tenant.rest.post('/v1/instance-profiles', { instanceProfileName });
  const roleName = roleArn.split('/').at(-1)!;
  const added = await tenant.rest.put(`/v1/instance-profiles/${instanceProfileName}/roles/${roleName}`);
  if (added.status !== 204) throw new Error(JSON.stringify(added.body));
  return (created.body.instanceProfile as { arn: string }).arn;
}

export interface TestWorkload {
  readonly workloadId: string;
  /** `/v1/accounts/…/workloads/…` */
  readonly path: string;
  readonly resourceArn: string;
  readonly token: string;
}

export async function newWorkload(
  service: TestService,
  { accountId }: Tenant,
  role: { roleArn: string } | { instanceProfileArn: string },
  more: { durationSeconds?: number } = {},
): Promise<TestWorkload> {
  const resourceArn = `arn:aws:${service.prefix}:eu-1:${accountId}:instance/i-${randomUUID().slice(0, 8)}`;
  const { status, body } = await service.call('POST', '/v1/workloads', { resourceArn, ...role, ...more });
  if (status !== 201) throw new Error(`No workload: ${JSON.stringify(body)}`);
  const { workloadId } = body.workload as { workloadId: string };
  const path = `/v1/accounts/${accountId}/workloads/${workloadId}`;
  return { workloadId, path, resourceArn, token: body.authorizationToken as string };
}
