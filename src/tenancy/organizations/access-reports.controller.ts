import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { formatArn } from '../../kernel/arn.js';
import { AccessReportsService } from './access-reports.service.js';
import { generateReportInput, generateReportOutput, getReportInput, getReportOutput } from './organization.schema.js';

/** Source: IAM API reference, the operations of these names; Service Authorization Reference, `access-report`. */
@Controller()
export class AccessReportsController {
  constructor(private readonly reports: AccessReportsService) {}

  @Operation({
    name: 'iam:GenerateOrganizationsAccessReport',
    summary: 'Generate a report of services last accessed on the platform or in an account',
    description:
      'The entity path is that of the organization root (o-…/r-…, see ListOrganizationsFeatures) or of ' +
      'an account below it.',
    route: 'POST /v1/organization/access-reports',
    status: 202,
    accessLevel: 'Read',
    access: 'management',
    input: generateReportInput,
    output: generateReportOutput,
    locate: ({ partition, accountId, input }) => ({
      arn: formatArn({
        partition,
        service: 'iam',
        region: '',
        accountId,
        resource: `access-report/${input.entityPath}`,
      }),
      row: undefined,
    }),
    conditionKeys: { 'iam:OrganizationsPolicyId': ({ input }) => input.organizationsPolicyId },
    errors: ['InvalidInput', 'ReportGenerationLimitExceeded'],
  })
  async generate(input: z.output<typeof generateReportInput>, context: OperationContext) {
    return { jobId: await this.reports.generate(context, input) };
  }

  @Operation({
    name: 'iam:GetOrganizationsAccessReport',
    summary: 'Get a report of services last accessed',
    route: 'GET /v1/organization/access-reports/:jobId',
    accessLevel: 'Read',
    access: 'management',
    input: getReportInput,
    output: getReportOutput,
    errors: ['NoSuchEntity'],
  })
  get(input: z.output<typeof getReportInput>, context: OperationContext) {
    return this.reports.get(context, input);
  }
}
