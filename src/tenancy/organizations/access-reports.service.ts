import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { z } from 'zod';
import { JsonColumn } from '../../kernel/database/json-column.js';
import type { BackgroundTasks } from '../../kernel/background/background-tasks.js';
import { Background } from '../../kernel/background/background.service.js';
import { Clock } from '../../kernel/clock/clock.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { OperationContext } from '../../operations/declaration.js';
import { page, pageRequest } from '../../kernel/paging/paging.js';
import { Database, type Transaction } from '../../kernel/database/database.service.js';
import type { OrganizationAccessReport, Prisma } from '../../generated/prisma/client.js';
import { AccessFacts } from './access-facts.service.js';
import type { AccessDetail, generateReportInput, getReportInput } from './organization.schema.js';
import { OrganizationService } from './organization.service.js';

/** The services whose use Gatehouse knows. Service control policies cannot be attached yet, so all are accessible. */
const SERVICES = [
  { namespace: 'gatehouse', name: 'Gatehouse' },
  { namespace: 'iam', name: 'AWS Identity and Access Management' },
  { namespace: 'sts', name: 'AWS Security Token Service' },
] as const;

const CONCURRENT_REPORTS = 3;

/** A report that takes longer was lost with the server that generated it. */
const LOST_AFTER_MILLISECONDS = 60 * 60 * 1000;

const SERVER_ENDED = {
  errorCode: 'INTERNAL_FAILURE',
  errorText: 'The server stopped while it generated the report. Request the report again.',
} as const;

/** An entry as stored: JSON has no dates. */
type KeptDetail = Omit<AccessDetail, 'lastAuthenticatedTime'> & { readonly lastAuthenticatedTime?: string };

const detailsColumn = new JsonColumn<KeptDetail[]>();

/** Services last accessed, for the whole platform or one account. Source: IAM API reference. */
@Injectable()
export class AccessReportsService {
  private readonly logger = new Logger(AccessReportsService.name);
  private readonly tasks: BackgroundTasks;

  constructor(
    private readonly organization: OrganizationService,
    private readonly facts: AccessFacts,
    private readonly database: Database,
    private readonly clock: Clock,
    background: Background,
  ) {
    this.tasks = background.tasks(AccessReportsService.name, 'an organization access report was not completed');
  }

  /**
   * Begins a report, which is made after the transaction has committed.
   *
   * @param context of the management account
   * @throws ApiError InvalidInput, ReportGenerationLimitExceeded
   */
  async generate(
    { tx, accountId, request }: Pick<OperationContext, 'tx' | 'accountId' | 'request'>,
    { entityPath, organizationsPolicyId }: z.output<typeof generateReportInput>,
  ): Promise<string> {
    const entity = await this.findEntity(tx, accountId, entityPath);
    const { receivedAt: createdAt } = request;
    const since = new Date(createdAt.getTime() - LOST_AFTER_MILLISECONDS);
    const running = { accountId, completedAt: null, createdAt: { gt: since } };
    if ((await tx.organizationAccessReport.count({ where: running })) >= CONCURRENT_REPORTS) {
      throw new ApiError('ReportGenerationLimitExceeded', `${CONCURRENT_REPORTS} reports are already being generated.`);
    }
    const jobId = randomUUID();
    // Policies do not limit the management account, so a policy is ignored for it.
    const lacksPolicy = organizationsPolicyId !== undefined && entity !== accountId;
    const failure = { completedAt: createdAt, errorCode: 'POLICY_NOT_FOUND', errorText: 'The policy does not exist.' };
    await tx.organizationAccessReport.create({
      data: { accountId, jobId, entityPath, createdAt, ...(lacksPolicy ? failure : {}) },
    });
    if (!lacksPolicy) {
      const run = (signal: AbortSignal) => this.make(accountId, jobId, entity, signal);
      this.database.afterCommit(tx, () => this.tasks.start(jobId, run));
    }
    return jobId;
  }

  /** @throws ApiError NoSuchEntity */
  async get(
    { tx, accountId, request: { receivedAt } }: Pick<OperationContext, 'tx' | 'accountId' | 'request'>,
    input: z.output<typeof getReportInput>,
  ) {
    const { jobId, sortKey } = input;
    const report = await tx.organizationAccessReport.findUnique({ where: { accountId_jobId: { accountId, jobId } } });
    if (!report) throw new ApiError('NoSuchEntity', `The job with id ${jobId} cannot be found.`);
    const { createdAt: jobCreationDate, completedAt, details } = report;
    const common = { jobCreationDate, ...(completedAt ? { jobCompletionDate: completedAt } : {}) };
    if (!details) return { ...common, ...unfinished(report, receivedAt), isTruncated: false };
    const sorted = detailsColumn.read(details).map(fromKept).sort(orders[sortKey]);
    const request = pageRequest(input);
    const start = request.after
      ? sorted.findIndex(({ serviceNamespace }) => serviceNamespace === request.after![0]) + 1
      : 0;
    const rows = sorted.slice(start, start + request.take);
    const { items, ...paging } = page(rows, request, ({ serviceNamespace }) => [serviceNamespace]);
    return {
      ...common,
      jobStatus: 'COMPLETED' as const,
      numberOfServicesAccessible: sorted.length,
      numberOfServicesNotAccessed: sorted.filter((detail) => !detail.lastAuthenticatedTime).length,
      accessDetails: [...items],
      ...paging,
    };
  }

  /** @returns the ID of the account in the path, or undefined for the root */
  private async findEntity(tx: Transaction, managementId: string, entityPath: string): Promise<string | undefined> {
    const root = this.organization.rootPath(managementId);
    if (entityPath.replace(/\/$/, '') === root) return undefined;
    const accountId = entityPath.startsWith(`${root}/`) ? entityPath.slice(root.length + 1) : '';
    const found = /^\d{12}$/.test(accountId) && (await this.database.inPlatform(tx, () => exists(tx, accountId)));
    if (!found) throw new ApiError('InvalidInput', `The entity path ${entityPath} does not exist.`);
    return accountId;
  }

  /** Outside of the request: a platform has many accounts, and each is one transaction. */
  private async make(
    managementId: string,
    jobId: string,
    accountId: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const details = new Map<string, KeptDetail>(SERVICES.map((service) => [service.namespace, unused(service)]));
      for await (const id of accountId === undefined ? this.members() : [accountId]) {
        if (signal.aborted) return await this.finish(managementId, jobId, SERVER_ENDED);
        await this.add(details, managementId, id);
      }
      await this.finish(managementId, jobId, { details: detailsColumn.write([...details.values()]) });
    } catch (error) {
      this.logger.error({ err: error, jobId }, 'an organization access report failed');
      const failure = { errorCode: 'INTERNAL_FAILURE', errorText: 'The report could not be generated.' };
      await this.finish(managementId, jobId, failure);
    }
  }

  private async add(details: Map<string, KeptDetail>, managementId: string, accountId: string): Promise<void> {
    for (const { namespace, lastUsedAt, region } of await this.facts.ofAccount(accountId)) {
      const known = details.get(namespace);
      if (!known) continue;
      const totalAuthenticatedEntities = known.totalAuthenticatedEntities + 1;
      const lastAuthenticatedTime = lastUsedAt.toISOString();
      const isNewest = lastAuthenticatedTime > (known.lastAuthenticatedTime ?? '');
      const entityPath = `${this.organization.rootPath(managementId)}/${accountId}`;
      const newest = { lastAuthenticatedTime, entityPath, ...(region === undefined ? {} : { region }) };
      details.set(namespace, { ...known, ...(isNewest ? newest : {}), totalAuthenticatedEntities });
    }
  }

  /** All accounts except the management account and purged ones, one page at a time. */
  private async *members(): AsyncGenerator<string> {
    for (let after = ''; ;) {
      const rows = await this.database.forPlatform((tx) =>
        tx.account.findMany({
          where: { isManagement: false, status: { not: 'purged' }, accountId: { gt: after } },
          orderBy: { accountId: 'asc' },
          select: { accountId: true },
          take: 1000,
        }),
      );
      for (const { accountId } of rows) yield accountId;
      if (rows.length === 0) return;
      after = rows.at(-1)!.accountId;
    }
  }

  private async finish(
    accountId: string,
    jobId: string,
    data: Prisma.OrganizationAccessReportUpdateInput,
  ): Promise<void> {
    await this.database.forAccount(accountId, (tx) =>
      tx.organizationAccessReport.update({
        where: { accountId_jobId: { accountId, jobId } },
        data: { ...data, completedAt: this.clock.now() },
      }),
    );
  }
}

async function exists(tx: Transaction, accountId: string): Promise<boolean> {
  return (await tx.account.count({ where: { accountId, status: { not: 'purged' } } })) > 0;
}

function unused({ namespace, name }: (typeof SERVICES)[number]): KeptDetail {
  return { serviceNamespace: namespace, serviceName: name, totalAuthenticatedEntities: 0 };
}

function fromKept({ lastAuthenticatedTime, ...detail }: KeptDetail): AccessDetail {
  return { ...detail, ...(lastAuthenticatedTime ? { lastAuthenticatedTime: new Date(lastAuthenticatedTime) } : {}) };
}

function unfinished({ completedAt, createdAt, errorCode, errorText }: OrganizationAccessReport, now: Date) {
  if (completedAt) {
    const errorDetails = { code: errorCode ?? 'INTERNAL_FAILURE', message: errorText ?? '' };
    return { jobStatus: 'FAILED' as const, errorDetails };
  }
  if (now.getTime() - createdAt.getTime() < LOST_AFTER_MILLISECONDS) return { jobStatus: 'IN_PROGRESS' as const };
  const errorDetails = { code: SERVER_ENDED.errorCode, message: SERVER_ENDED.errorText };
  return { jobStatus: 'FAILED' as const, errorDetails };
}

const byNamespace = (left: AccessDetail, right: AccessDetail) =>
  left.serviceNamespace.localeCompare(right.serviceNamespace);
const byTime = (left: AccessDetail, right: AccessDetail) =>
  (left.lastAuthenticatedTime?.getTime() ?? 0) - (right.lastAuthenticatedTime?.getTime() ?? 0) ||
  byNamespace(left, right);

const orders = {
  SERVICE_NAMESPACE_ASCENDING: byNamespace,
  SERVICE_NAMESPACE_DESCENDING: (left: AccessDetail, right: AccessDetail) => byNamespace(right, left),
  LAST_AUTHENTICATED_TIME_ASCENDING: byTime,
  LAST_AUTHENTICATED_TIME_DESCENDING: (left: AccessDetail, right: AccessDetail) => byTime(right, left),
} as const;
