import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import type { Identity } from '../../generated/prisma/client.js';
import { locateIdentityByArn } from '../../iam/resources/identity-by-arn.target.js';
import {
  detailsInput,
  detailsOutput,
  entitiesInput,
  entitiesOutput,
  generateInput,
  generateOutput,
  grantingInput,
  grantingOutput,
  leastPrivilegeInput,
  leastPrivilegeOutput,
} from './access-advisor.schema.js';
import { AccessJobsService } from './access-jobs.service.js';
import { type Advised, locateAdvised } from './advised.target.js';
import { GrantingPoliciesService } from './granting-policies.service.js';
import { LeastPrivilegeService } from './least-privilege.service.js';

/** Source: IAM API reference, the operations on service last accessed details. */
@Controller()
export class AccessAdvisorController {
  constructor(
    private readonly jobs: AccessJobsService,
    private readonly grantingPolicies: GrantingPoliciesService,
    private readonly leastPrivilege: LeastPrivilegeService,
  ) {}

  @Operation({
    name: 'iam:GenerateServiceLastAccessedDetails',
    summary: 'Generate a report of when a user, group, role or policy was last used to access services',
    route: 'POST /v1/service-access-jobs',
    status: 201,
    accessLevel: 'Read',
    longWork: true,
    input: generateInput,
    output: generateOutput,
    locate: ({ input, ...scope }) => locateAdvised(scope, input.arn),
    errors: ['NoSuchEntity', 'InvalidInput', 'LimitExceeded'],
  })
  generateServiceLastAccessedDetails(input: z.output<typeof generateInput>, context: OperationContext<Advised>) {
    return this.jobs.generate(context, input);
  }

  @Operation({
    name: 'iam:GetServiceLastAccessedDetails',
    summary: 'Get a report of services last accessed',
    description: 'Available only to the principal that requested the report.',
    route: 'GET /v1/service-access-jobs/:jobId',
    accessLevel: 'Read',
    input: detailsInput,
    output: detailsOutput,
    errors: ['NoSuchEntity'],
  })
  getServiceLastAccessedDetails(input: z.output<typeof detailsInput>, context: OperationContext) {
    return this.jobs.details(context, input);
  }

  @Operation({
    name: 'iam:GetServiceLastAccessedDetailsWithEntities',
    summary: 'List the users and roles of a report that accessed a service, most recent first',
    description: 'Available only to the principal that requested the report.',
    route: 'GET /v1/service-access-jobs/:jobId/services/:serviceNamespace/entities',
    accessLevel: 'Read',
    input: entitiesInput,
    output: entitiesOutput,
    errors: ['NoSuchEntity', 'InvalidInput'],
  })
  getServiceLastAccessedDetailsWithEntities(input: z.output<typeof entitiesInput>, context: OperationContext) {
    return this.jobs.entities(context, input);
  }

  @Operation({
    name: 'iam:ListPoliciesGrantingServiceAccess',
    summary: 'List the policies that grant a user, group or role access to services',
    route: 'GET /v1/policies-granting-service-access',
    accessLevel: 'List',
    longWork: true,
    input: grantingInput,
    output: grantingOutput,
    locate: ({ input, ...scope }) => locateIdentityByArn(scope, input.arn),
    errors: ['NoSuchEntity', 'InvalidInput', 'LimitExceeded'],
  })
  listPoliciesGrantingServiceAccess(input: z.output<typeof grantingInput>, context: OperationContext<Identity>) {
    return this.grantingPolicies.list(context, input);
  }

  @Operation({
    name: 'gatehouse:SuggestLeastPrivilege',
    summary: 'Compare the granted permissions of a user or role with those that were used',
    description:
      'Returns a policy that allows what was used within the period, and its differences to the ' +
      'current policies by statement.',
    route: 'GET /v1/least-privilege',
    accessLevel: 'Read',
    longWork: true,
    input: leastPrivilegeInput,
    output: leastPrivilegeOutput,
    locate: ({ input, ...scope }) => locateIdentityByArn(scope, input.arn),
    errors: ['NoSuchEntity', 'InvalidInput', 'LimitExceeded'],
  })
  suggestLeastPrivilege({ days }: z.output<typeof leastPrivilegeInput>, context: OperationContext<Identity>) {
    return this.leastPrivilege.suggest(context, days);
  }
}
