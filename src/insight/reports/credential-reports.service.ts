import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../operations/declaration.js';
import { lockCredentialReport } from '../../kernel/database/row-locks.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { Database, type Transaction } from '../../kernel/database/database.service.js';
import type { CredentialReport } from '../../generated/prisma/client.js';
import { CredentialReportWriter } from './credential-report-writer.service.js';

/** Source: IAM User Guide, "Generate credential reports": "as often as once every four hours". */
const FRESH_MILLISECONDS = 4 * 60 * 60 * 1000;

type Scope = Pick<OperationContext, 'tx' | 'accountId' | 'request'>;
type State = 'STARTED' | 'INPROGRESS' | 'COMPLETE';

/** One report per account: asked for, made by the writer, read as often as wanted for four hours. */
@Injectable()
export class CredentialReportsService {
  constructor(
    private readonly writer: CredentialReportWriter,
    private readonly database: Database,
  ) {}

  async generate({ tx, accountId, request }: Scope): Promise<{ state: State; description?: string }> {
    const report = await lockedReport(tx, accountId);
    this.database.afterCommit(tx, () => this.writer.wake(accountId));
    if (report && !report.generatedAt) return { state: 'INPROGRESS' };
    if (report?.generatedAt && isFresh(report.generatedAt, request.receivedAt)) return { state: 'COMPLETE' };
    await tx.credentialReport.deleteMany({ where: { accountId } });
    const usersTotal = await tx.identity.count({ where: { accountId, type: 'user' } });
    const { count } = await tx.credentialReport.createMany({
      data: [{ accountId, reportId: randomUUID(), usersTotal }],
      skipDuplicates: true,
    });
    // Another request was faster.
    if (count === 0) return { state: 'INPROGRESS' };
    const why = report ? 'The report is more than four hours old' : 'No report exists';
    return { state: 'STARTED', description: `${why}. Starting a new report generation task` };
  }

  /** @throws ApiError ReportNotPresent, ReportInProgress, ReportExpired */
  async get(scope: Scope): Promise<{ content: string; generatedTime: Date }> {
    const { generatedAt } = await this.complete(scope);
    const content = (await contentOf(scope.tx, scope.accountId)).toString('base64');
    return { content, generatedTime: generatedAt };
  }

  /** The CSV piece by piece: no more of it is in memory than the client takes. @throws ApiError as `get` */
  async stream(scope: Scope): Promise<AsyncIterable<string>> {
    const { reportId } = await this.complete(scope);
    return this.pieces(scope.accountId, reportId);
  }

  private async *pieces(accountId: string, reportId: string): AsyncGenerator<string> {
    for (let number = 0; ; number += 1) {
      const { report, piece } = await this.database.forAccount(accountId, async (tx) => ({
        report: await tx.credentialReport.findUnique({ where: { accountId } }),
        piece: await tx.credentialReportChunk.findUnique({ where: { accountId_number: { accountId, number } } }),
      }));
      // Half of one report and half of another would be neither: the transfer breaks off instead.
      if (report?.reportId !== reportId) throw new Error('The report was replaced while it was read');
      if (!piece) return;
      yield piece.content;
    }
  }

  private async complete({ tx, accountId, request }: Scope): Promise<CredentialReport & { generatedAt: Date }> {
    const report = await this.find({ tx, accountId });
    if (!report) {
      throw new ApiError('ReportNotPresent', 'No report exists. Ask for one with GenerateCredentialReport.');
    }
    if (!report.generatedAt) {
      throw new ApiError('ReportInProgress', 'The report is still being generated. Try again shortly.');
    }
    if (!isFresh(report.generatedAt, request.receivedAt)) {
      throw new ApiError('ReportExpired', 'The report is more than four hours old. Ask for a new one.');
    }
    return { ...report, generatedAt: report.generatedAt };
  }

  /** @throws ApiError ReportNotPresent */
  async progress({ tx, accountId }: Pick<Scope, 'tx' | 'accountId'>) {
    const report = await this.find({ tx, accountId });
    if (!report) throw new ApiError('ReportNotPresent', 'No report exists. Ask for one first.');
    const { requestedAt, generatedAt, usersTotal, usersDone } = report;
    return {
      state: generatedAt ? ('COMPLETE' as const) : ('INPROGRESS' as const),
      requestedTime: requestedAt,
      ...(generatedAt ? { generatedTime: generatedAt } : {}),
      usersDone,
      // Users that came since are in the report too.
      usersTotal: Math.max(usersTotal, usersDone),
    };
  }

  /** Whoever looks for a report that nobody works on any more sets it going again. */
  private async find({ tx, accountId }: Pick<Scope, 'tx' | 'accountId'>): Promise<CredentialReport | undefined> {
    const report = await tx.credentialReport.findUnique({ where: { accountId } });
    // Not after the commit: the answer is an error, which rolls back.
    if (report && !report.generatedAt) this.writer.wake(accountId);
    return report ?? undefined;
  }
}

/** Chunk by chunk, so that a large report is in memory once. */
async function contentOf(tx: Transaction, accountId: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const total = await tx.credentialReportChunk.count({ where: { accountId } });
  for (let number = 0; number < total; number += 1) {
    const where = { accountId_number: { accountId, number } };
    chunks.push(Buffer.from((await tx.credentialReportChunk.findUniqueOrThrow({ where })).content));
  }
  return Buffer.concat(chunks);
}

async function lockedReport(tx: Transaction, accountId: string): Promise<CredentialReport | undefined> {
  await lockCredentialReport(tx, accountId);
  return (await tx.credentialReport.findUnique({ where: { accountId } })) ?? undefined;
}

function isFresh(generatedAt: Date, now: Date): boolean {
  return now.getTime() - generatedAt.getTime() <= FRESH_MILLISECONDS;
}
