import { readdirSync } from 'node:fs';
import { sharedServer } from '../support/shared-server.js';
import { operationsOf } from './harness/doors.js';
import type { OperationCase } from './harness/operation-case.js';
import { runCases } from './harness/run-cases.js';

/** Operations with their own whole-server tests, listed here so that none is forgotten. */
const shownElsewhere: Readonly<Record<string, string>> = {
  'gatehouse:SignIn': 'test/sign-in/',
  'gatehouse:SignInWithMfa': 'test/sign-in/',
  'gatehouse:BeginPasskeySignIn': 'test/mfa/',
  'gatehouse:SignInWithPasskey': 'test/mfa/',
  'gatehouse:SignInWithNewPassword': 'test/sign-in/',
  'gatehouse:GetSession': 'test/sign-in/',
  'gatehouse:ListSessions': 'test/sign-in/',
  'gatehouse:EndSession': 'test/sign-in/',
  'gatehouse:EndSessions': 'test/sign-in/',
  'gatehouse:RevokeSessions': 'test/sessions/',
  'gatehouse:RevokeUserSessions': 'test/sessions/',
  'gatehouse:RevokeRoleSessions': 'test/sessions/',
  'gatehouse:ChangeRootPassword': 'test/root-user/',
  'gatehouse:ChangeRootEmail': 'test/root-user/',
  'gatehouse:RequestPasswordRecovery': 'test/root-user/',
  'gatehouse:RecoverPassword': 'test/root-user/',
  'gatehouse:ConfirmEmail': 'test/accounts/',
  'gatehouse:ResendEmailConfirmation': 'test/accounts/',
  'gatehouse:RefreshSession': 'test/sign-in/',
  'gatehouse:SignOut': 'test/sign-in/',
  'gatehouse:BeginSecurityKeyEnrolment': 'test/sign-in/',
  'gatehouse:BeginVirtualDeviceEnrolment': 'test/sign-in/',
  'gatehouse:CreateRecoveryCodes': 'test/mfa/',
  'gatehouse:DeleteRecoveryCodes': 'test/mfa/',
  'gatehouse:EnrolSecurityKey': 'test/sign-in/',
  'gatehouse:EnrolVirtualDevice': 'test/sign-in/',
  'gatehouse:GetRecoveryCodeState': 'test/mfa/',
  'gatehouse:StepUp': 'test/sign-in/',
  'gatehouse:StepUpWithMfa': 'test/sign-in/',
  'sts:AssumeRoleWithSAML': 'test/sts/',
  'sts:AssumeRoleWithWebIdentity': 'test/sts/',
  'gatehouse:PurgeAccount': 'test/accounts/',
  'iam:ChangePassword': 'test/password-policy/',
  'gatehouse:Evaluate': 'test/decisions/',
  'gatehouse:Authorize': 'test/decisions/',
  'gatehouse:SearchSubjects': 'test/decisions/',
  'gatehouse:SearchResources': 'test/decisions/',
  'gatehouse:PutResourcePolicy': 'test/decisions/',
  'gatehouse:GetResourcePolicy': 'test/decisions/',
  'gatehouse:ListResourcePolicies': 'test/decisions/',
  'gatehouse:DeleteResourcePolicy': 'test/decisions/',
  'gatehouse:SearchActions': 'test/decisions/',
  'gatehouse:EvaluateBatch': 'test/decisions/',
  'gatehouse:ExportAuditEvents': 'test/audit/',
  'gatehouse:ExportCredentialReport': 'test/reports/',
  'sts:AssumeRoot': 'test/sts/',
  'gatehouse:CheckPassRole': 'test/services/',
  'gatehouse:RegisterWorkload': 'test/services/',
  'gatehouse:GetWorkloadCredentials': 'test/services/',
  'gatehouse:GetOwnWorkload': 'test/services/',
  'gatehouse:GetWorkloadIdentityToken': 'test/services/',
  'gatehouse:GetWorkload': 'test/services/',
  'gatehouse:ListWorkloads': 'test/services/',
  'gatehouse:RenewWorkloadToken': 'test/services/',
  'gatehouse:DeregisterWorkload': 'test/services/',
  'sts:GetWebIdentityToken': 'test/sts/',
  'sts:GetScopedCredentials': 'test/sts/',
  'sts:GetDelegatedAccessToken': 'test/delegation/',
};

/**
 * Errors that require a special server, state or amount, by the tests that cover them. A code alone stands for every
 * operation that declares it.
 */
const errorsShownElsewhere: Readonly<Record<string, string>> = {
  AccountNotManagementOrDelegatedAdministratorException: 'test/organization/',
  CallerIsNotManagementAccountException: 'test/organization/',
  InvalidAccountState: 'test/accounts/',
  ReportExpired: 'test/reports/',
  ReportInProgress: 'test/reports/',
  ReportNotPresent: 'test/reports/',
  ServiceUnavailable: 'test/database/',
  StepUpRequired: 'test/sign-in/',
  SignInLocked: 'test/sign-in/',
  'iam:CreateLoginProfile: ValidationError': 'test/sts/',
  'gatehouse:CreateAccount: Throttling': 'test/sign-in/',
  'iam:ResyncMFADevice: Throttling': 'test/mfa/',
  'gatehouse:RegisterService: LimitExceeded': 'test/quotas/',
  'gatehouse:UpdateService: LimitExceeded': 'test/quotas/',
  'gatehouse:ImportHardwareTokens: LimitExceeded': 'test/budget/',
  'gatehouse:ListSecurityFindings: LimitExceeded': 'test/budget/',
  'gatehouse:SuggestLeastPrivilege: LimitExceeded': 'test/budget/',
  'iam:GenerateServiceLastAccessedDetails: LimitExceeded': 'test/budget/',
  'iam:ListPoliciesGrantingServiceAccess: LimitExceeded': 'test/budget/',
  'gatehouse:SuppressSecurityFinding: LimitExceeded': 'test/budget/',
  'tag:GetResources: LimitExceeded': 'test/budget/',
  'iam:AcquireRole: LimitExceeded': 'test/quotas/',
  'iam:CreateDelegationRequest: LimitExceeded': 'test/quotas/',
  'iam:CreateGroup: LimitExceeded': 'test/quotas/',
  'iam:CreateInstanceProfile: LimitExceeded': 'test/quotas/',
  'iam:CreateOpenIDConnectProvider: LimitExceeded': 'test/quotas/',
  'iam:CreateSAMLProvider: LimitExceeded': 'test/quotas/',
  'iam:CreateServiceLinkedRole: LimitExceeded': 'test/quotas/',
  'iam:CreateUser: LimitExceeded': 'test/quotas/',
  'iam:CreateVirtualMFADevice: LimitExceeded': 'test/quotas/',
  'gatehouse:DeleteHardwareToken: DeleteConflict': 'test/mfa/',
};

/** Errors without a test, with the reason. */
const errorsNotShown: Readonly<Record<string, string>> = {
  'iam:GenerateOrganizationsAccessReport: ReportGenerationLimitExceeded':
    'a report is made in an instant, so several cannot be kept waiting from outside',
};

const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.cases.ts'));
const loaded: { subject: string; cases: readonly OperationCase[] }[] = [];
// One after the other: Jest's loader of ECMAScript modules fails if several are loaded concurrently.
for (const file of files) {
  const { cases } = (await import(`./${file}`)) as { cases: readonly OperationCase[] };
  loaded.push({ subject: file.replace('.cases.ts', ''), cases });
}

for (const { subject, cases } of loaded) runCases(subject, cases);

it('shows every error that an operation declares', async () => {
  const shown = new Map<string, Set<string>>();
  for (const { operation, errors = {} } of loaded.flatMap(({ cases }) => cases)) {
    shown.set(operation, new Set([...(shown.get(operation) ?? []), ...Object.keys(errors)]));
  }
  const missing = [...(await operationsOf(sharedServer().baseUrl))].flatMap(([operation, { errors }]) =>
    errors
      .filter((code) => shown.has(operation) && !shown.get(operation)!.has(code) && !(code in errorsShownElsewhere))
      .map((code) => `${operation}: ${code}`)
      .filter((error) => !(error in errorsShownElsewhere) && !(error in errorsNotShown)),
  );
  expect(missing).toEqual([]);
});

it('has a case for every operation of the server, and no other', async () => {
  const operations = await operationsOf(sharedServer().baseUrl);
  const shown = [
    ...loaded.flatMap(({ cases }) => cases.map(({ operation }) => operation)),
    ...Object.keys(shownElsewhere),
  ];
  expect([...new Set(shown)].sort()).toEqual([...operations.keys()].sort());
});
