import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { featuresInput, featuresOutput, organizationOutput } from './organization.schema.js';
import { OrganizationService, requireManagement } from './organization.service.js';

const NOT_MANAGEMENT = 'AccountNotManagementOrDelegatedAdministratorException';
const NOT_MANAGEMENT_TO_ENABLE = 'CallerIsNotManagementAccountException';

type Input = z.output<typeof featuresInput>;

/** Source: IAM API reference, the operations of these names. */
@Controller()
export class OrganizationFeaturesController {
  constructor(private readonly organization: OrganizationService) {}

  @Operation({
    name: 'gatehouse:GetOrganization',
    summary: 'Get the ids of the platform as an organization',
    description: 'Entity paths of reports are made of them: that of an account is organization id/root id/account id.',
    route: 'GET /v1/organization',
    accessLevel: 'Read',
    access: 'management',
    input: featuresInput,
    output: organizationOutput,
    errors: [],
  })
  getOrganization(_input: Input, { accountId }: OperationContext) {
    return Promise.resolve({ organization: this.organization.describe(accountId) });
  }

  @Operation({
    name: 'iam:ListOrganizationsFeatures',
    summary: 'List the features of centralized root access that are enabled',
    route: 'GET /v1/organization/features',
    accessLevel: 'List',
    input: featuresInput,
    output: featuresOutput,
    errors: [NOT_MANAGEMENT],
  })
  list(_input: Input, { tx, accountId, caller }: OperationContext) {
    requireManagement(caller, NOT_MANAGEMENT);
    return this.organization.features(tx, accountId);
  }

  @Operation({
    name: 'iam:EnableOrganizationsRootCredentialsManagement',
    summary: 'Let the management account manage root user credentials of member accounts',
    route: 'PUT /v1/organization/features/root-credentials-management',
    accessLevel: 'Write',
    input: featuresInput,
    output: featuresOutput,
    errors: [NOT_MANAGEMENT_TO_ENABLE],
  })
  enableRootCredentialsManagement(_input: Input, { tx, accountId, caller }: OperationContext) {
    requireManagement(caller, NOT_MANAGEMENT_TO_ENABLE);
    return this.organization.setFeature(tx, accountId, 'RootCredentialsManagement', true);
  }

  @Operation({
    name: 'iam:DisableOrganizationsRootCredentialsManagement',
    summary: 'Let the management account no longer manage root user credentials of member accounts',
    route: 'DELETE /v1/organization/features/root-credentials-management',
    accessLevel: 'Write',
    input: featuresInput,
    output: featuresOutput,
    errors: [NOT_MANAGEMENT],
  })
  disableRootCredentialsManagement(_input: Input, { tx, accountId, caller }: OperationContext) {
    requireManagement(caller, NOT_MANAGEMENT);
    return this.organization.setFeature(tx, accountId, 'RootCredentialsManagement', false);
  }

  @Operation({
    name: 'iam:EnableOrganizationsRootSessions',
    summary: 'Let the management account have root sessions in member accounts',
    route: 'PUT /v1/organization/features/root-sessions',
    accessLevel: 'Write',
    input: featuresInput,
    output: featuresOutput,
    errors: [NOT_MANAGEMENT_TO_ENABLE],
  })
  enableRootSessions(_input: Input, { tx, accountId, caller }: OperationContext) {
    requireManagement(caller, NOT_MANAGEMENT_TO_ENABLE);
    return this.organization.setFeature(tx, accountId, 'RootSessions', true);
  }

  @Operation({
    name: 'iam:DisableOrganizationsRootSessions',
    summary: 'Let the management account no longer have root sessions in member accounts',
    route: 'DELETE /v1/organization/features/root-sessions',
    accessLevel: 'Write',
    input: featuresInput,
    output: featuresOutput,
    errors: [NOT_MANAGEMENT],
  })
  disableRootSessions(_input: Input, { tx, accountId, caller }: OperationContext) {
    requireManagement(caller, NOT_MANAGEMENT);
    return this.organization.setFeature(tx, accountId, 'RootSessions', false);
  }
}
