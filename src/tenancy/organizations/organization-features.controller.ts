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
    summary: 'Get the organization of the platform',
    description:
      'Reports identify entities by paths of these IDs: the path of an account is organization ID/root ID/account ID.',
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
    summary: 'List the enabled features of centralized root access',
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
    summary: "Enable management of member accounts' root user credentials",
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
    summary: "Disable management of member accounts' root user credentials",
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
    summary: 'Enable root sessions in member accounts',
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
    summary: 'Disable root sessions in member accounts',
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
