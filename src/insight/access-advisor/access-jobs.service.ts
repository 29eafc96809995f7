import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { type CataloguedService, ServiceCatalogue } from '../../operations/service-catalogue.js';
import { JsonColumn } from '../../kernel/database/json-column.js';
import { Clock } from '../../kernel/clock/clock.js';
import { iamArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { page, pageRequest } from '../../kernel/paging/paging.js';
import { quotas } from '../../kernel/quotas.js';
import { TimeSlices, WORK_OF_A_REQUEST } from '../../kernel/time-slices.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { ServiceAccessJob } from '../../generated/prisma/client.js';
import { documentInForce, grantedPolicies, parseGranted } from '../../iam/policies/granted-policies.js';
import { actionCoverage, mayAllowTogether } from 'gatehouse-policy-engine';
import type { detailsInput, entitiesInput, generateInput, ServiceLastAccessed } from './access-advisor.schema.js';
import { type ActionAccess, entitiesByAccess, entitiesByService, newestByAction } from './access-queries.js';
import { type Advised, isIdentity, locateAdvised } from './advised.target.js';

const KEPT_DAYS = 7;

const servicesColumn = new JsonColumn<ServiceLastAccessed[]>();

/** Deletes the oldest reports of an account, so that the next one does not exceed the quota. */
async function makeRoom(tx: Transaction, accountId: string): Promise<void> {
  const oldest = await tx.serviceAccessJob.findMany({
    where: { accountId },
    orderBy: [{ createdAt: 'desc' }, { jobId: 'desc' }],
    skip: quotas.serviceAccessReportsPerAccount - 1,
    select: { jobId: true },
  });
  if (oldest.length === 0) return;
  await tx.serviceAccessJob.deleteMany({ where: { accountId, jobId: { in: oldest.map(({ jobId }) => jobId) } } });
}

/** Reports of last access: generated immediately, kept for a week, readable by the principal that requested them. */
@Injectable()
export class AccessJobsService {
  constructor(
    private readonly catalogue: ServiceCatalogue,
    private readonly clock: Clock,
  ) {}

  async generate(
    { tx, accountId, partition, caller, target, request }: OperationContext<Advised>,
    { arn, granularity }: z.output<typeof generateInput>,
  ): Promise<{ jobId: string }> {
    const slices = new TimeSlices(WORK_OF_A_REQUEST);
    const documents = await this.documents({ tx, accountId, partition }, target);
    const mayAllow = mayAllowTogether(await slices.map(documents, actionCoverage));
    const all = await this.catalogue.services(tx);
    const names = all.flatMap(({ namespace, actions }) => actions.map((name) => `${namespace}:${name}`));
    const answers = await slices.map(names, mayAllow);
    const allowed = new Set(names.filter((_, index) => answers[index]));
    const accessible = all.filter(({ namespace, actions }) =>
      actions.some((name) => allowed.has(`${namespace}:${name}`)),
    );
    const newest = await newestByAction(tx, accountId, target, arn);
    const counts = await entitiesByService(tx, accountId, target, arn);
    const accesses = byService(newest);
    const texts = await slices.map(accessible, (service) =>
      JSON.stringify(
        describe(
          service,
          accesses.get(service.namespace) ?? [],
          counts.get(service.namespace) ?? 0,
          (access) => iamArn(partition, accountId, access.entityType, access.entityPath, access.entityName),
          granularity === 'ACTION_LEVEL' ? (name) => allowed.has(`${service.namespace}:${name}`) : undefined,
        ),
      ),
    );
    const jobId = randomUUID();
    const outdated = new Date(request.receivedAt.getTime() - KEPT_DAYS * 86_400_000);
    await tx.serviceAccessJob.deleteMany({ where: { accountId, createdAt: { lt: outdated } } });
    await makeRoom(tx, accountId);
    // Thousands of actions are megabytes of text, so it is generated in slices.
    await tx.$executeRaw`
      INSERT INTO service_access_jobs
        (account_id, job_id, requested_by, target_arn, granularity, created_at, completed_at, services)
      VALUES (${accountId}, ${jobId}::uuid, ${caller.principalId}, ${arn}, ${granularity}, ${request.receivedAt},
        ${this.clock.now()}, ${`[${texts.join()}]`}::jsonb)`;
    return { jobId };
  }

  /** @throws ApiError NoSuchEntity */
  async details(context: OperationContext, input: z.output<typeof detailsInput>) {
    const job = await this.require(context, input.jobId);
    const request = pageRequest(input);
    const services = servicesColumn.read(job.services);
    const rest = services.filter(({ serviceNamespace }) => serviceNamespace > (request.after?.[0] ?? ''));
    const { items, ...paging } = page(rest.slice(0, request.take), request, (one) => [one.serviceNamespace]);
    return {
      ...describeJob(job),
      jobType: job.granularity as 'SERVICE_LEVEL' | 'ACTION_LEVEL',
      servicesLastAccessed: [...items],
      ...paging,
    };
  }

  /** @throws ApiError NoSuchEntity, InvalidInput for an unknown service */
  async entities(context: OperationContext, input: z.output<typeof entitiesInput>) {
    const { tx, accountId, partition } = context;
    const job = await this.require(context, input.jobId);
    const service = input.serviceNamespace;
    if (!(await this.catalogue.services(tx)).some(({ namespace }) => namespace === service)) {
      throw new ApiError('InvalidInput', `The service ${service} does not exist.`);
    }
    const target = await locateAdvised(context, job.targetArn);
    if ('missing' in target) throw new ApiError('NoSuchEntity', target.missing);
    const request = pageRequest(input);
    const asked = { advised: target.row, arn: job.targetArn, service };
    const rows = await entitiesByAccess(tx, accountId, asked, request);
    const { items, ...paging } = page(rows, request, ({ lastAttemptAt, identityId }) => [
      (lastAttemptAt ?? new Date(0)).toISOString(),
      identityId,
    ]);
    const entityDetailsList = items.map(({ identityId: id, type, name, path, lastAttemptAt }) => ({
      entityInfo: {
        arn: iamArn(partition, accountId, type, path, name),
        name,
        type: type === 'user' ? ('USER' as const) : ('ROLE' as const),
        id,
        path,
      },
      ...(lastAttemptAt ? { lastAuthenticated: lastAttemptAt } : {}),
    }));
    return { ...describeJob(job), entityDetailsList, ...paging };
  }

  /** The policies that grant the target something, without boundaries and organization policies, as AWS documents. */
  private async documents(
    { tx, accountId, partition }: Pick<OperationContext, 'tx' | 'accountId' | 'partition'>,
    target: Advised,
  ) {
    const policies = isIdentity(target)
      ? await grantedPolicies(tx, accountId, target.identityId)
      : [{ document: await documentInForce(tx, accountId, target.policyId) }];
    return parseGranted(policies, partition);
  }

  /** Another caller's job is treated as missing (IAM API reference, GetServiceLastAccessedDetails, JobId). */
  private async require({ tx, accountId, caller }: OperationContext, jobId: string): Promise<ServiceAccessJob> {
    const job = await tx.serviceAccessJob.findUnique({ where: { accountId_jobId: { accountId, jobId } } });
    if (job?.requestedBy === caller.principalId) return job;
    throw new ApiError('NoSuchEntity', `The job ${jobId} cannot be found.`);
  }
}

function describeJob({ createdAt, completedAt }: ServiceAccessJob) {
  return { jobStatus: 'COMPLETED' as const, jobCreationDate: createdAt, jobCompletionDate: completedAt };
}

function byService(accesses: readonly ActionAccess[]): ReadonlyMap<string, ActionAccess[]> {
  const map = new Map<string, ActionAccess[]>();
  for (const access of accesses) {
    const ofService = map.get(access.service);
    if (ofService) ofService.push(access);
    else map.set(access.service, [access]);
  }
  return map;
}

/** @param isTracked which actions are reported; absent: none, only services */
function describe(
  { namespace, name, actions }: CataloguedService,
  accesses: readonly ActionAccess[],
  entities: number,
  arnOf: (access: ActionAccess) => string,
  isTracked: ((action: string) => boolean) | undefined,
): ServiceLastAccessed {
  const byAction = new Map(accesses.map((access) => [access.action, access]));
  const [newest] = [...accesses].sort((left, right) => right.lastAttemptAt.getTime() - left.lastAttemptAt.getTime());
  return {
    serviceName: name,
    serviceNamespace: namespace,
    totalAuthenticatedEntities: entities,
    ...(newest
      ? {
          lastAuthenticated: newest.lastAttemptAt.toISOString(),
          lastAuthenticatedEntity: arnOf(newest),
          lastAuthenticatedRegion: newest.region,
        }
      : {}),
    ...(isTracked
      ? {
          trackedActionsLastAccessed: actions
            .filter(isTracked)
            .map((action) => describeAction(action, byAction.get(action), arnOf)),
        }
      : {}),
  };
}

function describeAction(actionName: string, access: ActionAccess | undefined, arnOf: (access: ActionAccess) => string) {
  if (!access) return { actionName };
  return {
    actionName,
    lastAccessedEntity: arnOf(access),
    lastAccessedTime: access.lastAttemptAt.toISOString(),
    lastAccessedRegion: access.region,
  };
}
