import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { page, pageRequest } from '../../kernel/paging/paging.js';
import { TimeSlices } from '../../kernel/time-slices.js';
import { AccountFacts } from './account-facts.js';
import { type Check, severities } from './check.js';
import { checks } from './checks/index.js';
import { findingsTable } from './findings-table.js';
import type { listFindingsInput, SecurityFinding, suppressInput } from './findings.schema.js';

type Scope = Pick<OperationContext, 'tx' | 'accountId' | 'partition' | 'request'>;

/** The findings of an account. They are computed on every request, so fixed problems disappear. */
@Injectable()
export class FindingsService {
  async list(scope: Scope, { status, severity, view, ...paging }: z.output<typeof listFindingsInput>) {
    const wanted = (await this.all(scope, checks)).filter(
      (finding) =>
        (status === 'all' || (finding.suppression !== undefined) === (status === 'suppressed')) &&
        (severity === undefined || finding.severity === severity),
    );
    const request = pageRequest(paging);
    const after = request.after?.[0] ?? '';
    const rest = wanted.filter((finding) => sortKey(finding) > after).slice(0, request.take);
    const { items, ...more } = page(rest, request, (finding) => [sortKey(finding)]);
    return { findings: [...items], ...(view === 'table' ? { table: findingsTable(items) } : {}), ...more };
  }

  /**
   * Suppresses a finding. It remains suppressed when it is found again.
   *
   * @throws ApiError NoSuchEntity
   */
  async suppress(context: OperationContext, { findingId, reason }: z.output<typeof suppressInput>) {
    const { tx, accountId, caller, request } = context;
    await this.require(context, findingId);
    const suppression = { reason, suppressedBy: caller.arn, suppressedAt: request.receivedAt };
    await tx.findingSuppression.upsert({
      where: { accountId_findingId: { accountId, findingId } },
      create: { accountId, findingId, ...suppression },
      update: suppression,
    });
    return this.require(context, findingId);
  }

  /** @throws ApiError NoSuchEntity if it is not suppressed */
  async unsuppress({ tx, accountId }: OperationContext, findingId: string): Promise<void> {
    const { count } = await tx.findingSuppression.deleteMany({ where: { accountId, findingId } });
    if (count === 0) throw new ApiError('NoSuchEntity', `The finding ${findingId} is not suppressed.`);
  }

  private async require(scope: Scope, findingId: string): Promise<SecurityFinding> {
    const ofCheck = checks.filter(({ id }) => findingId.startsWith(`${id}:`));
    const found = (await this.all(scope, ofCheck)).find((finding) => finding.findingId === findingId);
    if (found) return found;
    throw new ApiError('NoSuchEntity', `There is no finding ${findingId}.`);
  }

  /** Most severe first. */
  private async all(
    { tx, accountId, partition, request }: Scope,
    wanted: readonly Check[],
  ): Promise<SecurityFinding[]> {
    const account = new AccountFacts(tx, accountId, partition, request.receivedAt);
    const suppressions = new Map(
      (await tx.findingSuppression.findMany({ where: { accountId } })).map((row) => [row.findingId, row]),
    );
    const findings: SecurityFinding[] = [];
    const slices = new TimeSlices();
    for (const { id: check, severity, title, recommendation, find } of wanted) {
      for (const { subject, fix, ...found } of await find(account)) {
        await slices.next();
        const findingId = `${check}:${subject}`;
        const suppression = suppressions.get(findingId);
        findings.push({
          findingId,
          check,
          severity,
          title,
          ...found,
          recommendation,
          fix: fix.map(({ operation, input }) => ({ operation, input: { ...input } })),
          ...(suppression ? { suppression } : {}),
        });
      }
    }
    const keyed = findings.map((finding) => [sortKey(finding), finding] as const);
    return keyed.sort(([left], [right]) => (left < right ? -1 : 1)).map(([, finding]) => finding);
  }
}

function sortKey({ severity, findingId }: SecurityFinding): string {
  return `${severities.indexOf(severity)} ${findingId}`;
}
