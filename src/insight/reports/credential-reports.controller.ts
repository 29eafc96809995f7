import { Controller } from '@nestjs/common';
import { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation, StreamingOperation } from '../../operations/operation.decorator.js';
import { CredentialReportsService } from './credential-reports.service.js';

const noInput = z.strictObject({});
const generateOutput = z.object({
  state: z.enum(['STARTED', 'INPROGRESS', 'COMPLETE']),
  description: z.string().optional(),
});
const reportOutput = z.object({
  /** CSV in base64. */
  content: z.string(),
  reportFormat: z.literal('text/csv'),
  generatedTime: z.date(),
});
const progressOutput = z.object({
  state: z.enum(['INPROGRESS', 'COMPLETE']),
  requestedTime: z.date(),
  generatedTime: z.date().optional(),
  usersDone: z.number(),
  usersTotal: z.number(),
});

/** Source: IAM API reference, GenerateCredentialReport and GetCredentialReport. */
@Controller()
export class CredentialReportsController {
  constructor(private readonly reports: CredentialReportsService) {}

  @Operation({
    name: 'iam:GenerateCredentialReport',
    summary: 'Generate a credential report',
    description: 'If the current report is less than four hours old, it is kept.',
    route: 'POST /v1/credential-report',
    accessLevel: 'Read',
    input: noInput,
    output: generateOutput,
    errors: [],
  })
  generateCredentialReport(_input: z.output<typeof noInput>, context: OperationContext) {
    return this.reports.generate(context);
  }

  @Operation({
    name: 'iam:GetCredentialReport',
    summary: 'Get the credential report',
    route: 'GET /v1/credential-report',
    accessLevel: 'Read',
    input: noInput,
    output: reportOutput,
    errors: ['ReportNotPresent', 'ReportInProgress', 'ReportExpired'],
  })
  async getCredentialReport(_input: z.output<typeof noInput>, context: OperationContext) {
    return { ...(await this.reports.get(context)), reportFormat: 'text/csv' as const };
  }

  @StreamingOperation({
    name: 'gatehouse:ExportCredentialReport',
    permission: 'iam:GetCredentialReport',
    summary: 'Get the credential report as a CSV file',
    description: 'Returns the report as a stream, for accounts of any size.',
    route: 'GET /v1/credential-report/csv',
    accessLevel: 'Read',
    streams: 'text/csv',
    input: noInput,
    errors: ['ReportNotPresent', 'ReportInProgress', 'ReportExpired', 'LimitExceeded'],
  })
  exportCredentialReport(_input: z.output<typeof noInput>, context: OperationContext): Promise<AsyncIterable<string>> {
    return this.reports.stream(context);
  }

  @Operation({
    name: 'gatehouse:GetCredentialReportProgress',
    summary: 'Get the progress of the credential report',
    route: 'GET /v1/credential-report/progress',
    accessLevel: 'Read',
    input: noInput,
    output: progressOutput,
    errors: ['ReportNotPresent'],
  })
  getCredentialReportProgress(_input: z.output<typeof noInput>, context: OperationContext) {
    return this.reports.progress(context);
  }
}
