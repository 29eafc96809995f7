import { manyStatements } from '../long-policies.js';
import { action, resource, resourcePolicy } from './questions.js';
import { largestTemplate } from './templates.js';
import type { WorstInputs } from './worst-input.js';

const everyEvent = {
  after: undefined,
  startTime: undefined,
  endTime: undefined,
  principal: undefined,
  target: undefined,
  operation: undefined,
  outcome: undefined,
};

/** Accounts, decisions, resource policies, the audit log. */
export const others: WorstInputs = {
  'cloudtrail:LookupEvents': {
    input: {
      maxResults: 50,
      lookupAttributes: undefined,
      startTime: undefined,
      endTime: undefined,
      eventCategory: undefined,
    },
    answers: 200,
  },
  'gatehouse:Authorize': { input: { action, resource, context: {} }, answers: 200 },
  'gatehouse:DeleteAlternateContact': 204,
  'gatehouse:DeleteHardwareToken': { as: 'operator', input: { serialNumber: 'a'.repeat(64) }, answers: 'NoSuchEntity' },
  'gatehouse:DeletePlatformPolicy': { as: 'operator', answers: 'NoSuchEntity' },
  'gatehouse:DeleteResourcePolicy': 204,
  'gatehouse:DescribeAccount': 200,
  'gatehouse:ExportAuditEvents': { input: everyEvent, answers: 200 },
  'gatehouse:ExportCredentialReport': 200,
  'gatehouse:GetAccount': 200,
  'gatehouse:GetAlternateContact': 'NoSuchEntity',
  'gatehouse:GetContactInformation': 'NoSuchEntity',
  'gatehouse:GetCredentialReportProgress': 200,
  'gatehouse:GetHardwareToken': { as: 'operator', input: { serialNumber: 'a'.repeat(64) }, answers: 'NoSuchEntity' },
  'gatehouse:GetOrganization': { as: 'operator', answers: 200 },
  'gatehouse:GetResourcePolicy': 200,
  'gatehouse:GetSignInSettings': 200,
  'gatehouse:ListAccounts': { as: 'operator', input: { search: undefined, status: undefined }, answers: 200 },
  'gatehouse:ListAuditEvents': { input: everyEvent, answers: 200 },
  'gatehouse:ListHardwareTokens': {
    as: 'operator',
    input: { status: undefined, serialNumberPrefix: undefined },
    answers: 200,
  },
  'gatehouse:ListResourcePolicies': { input: { resourceType: undefined, accountId: undefined }, answers: 200 },
  'gatehouse:ListSecurityFindings': [
    { input: { status: 'all', severity: undefined, view: 'table' }, answers: 'LimitExceeded' },
    { as: 'medium', input: { status: 'all', severity: undefined, view: 'table' }, answers: 200 },
  ],
  'gatehouse:PutAlternateContact': 204,
  'gatehouse:PutContactInformation': 204,
  'gatehouse:PutPlatformPolicy': { as: 'operator', input: { policyDocument: manyStatements(6_000) }, answers: 200 },
  'gatehouse:PutResourcePolicy': { input: { resourceType: 'thing', policyDocument: resourcePolicy }, answers: 200 },
  'gatehouse:PutRoleTemplate': {
    as: 'operator',
    input: { templateName: 'largest', version: largestTemplate },
    answers: 200,
  },
  'gatehouse:ReactivateAccount': { as: 'operator', answers: 200 },
  'gatehouse:RetrieveDelegationToken': {
    input: ({ prepared }) => ({ delegationRequestId: prepared.sentRequestId }),
    answers: 200,
  },
  'gatehouse:SuggestLeastPrivilege': [
    { answers: 'LimitExceeded' },
    { as: 'medium', input: ({ mediumUserArn }) => ({ arn: mediumUserArn }), answers: 'LimitExceeded' },
  ],
  'gatehouse:SuppressSecurityFinding': 'NoSuchEntity',
  'gatehouse:UnsuppressSecurityFinding': 'NoSuchEntity',
  'gatehouse:UpdateAccount': 200,
  'gatehouse:UpdateSignInSettings': { input: { mfaRequired: 'none' }, answers: 200 },
  'gatehouse:VerifyAuditLog': { input: { after: undefined, maxEvents: undefined }, answers: 200 },
  'gatehouse:VerifyServiceSpecificCredential': 200,
  'gatehouse:UpdateAccountEmail': { as: 'operator', answers: 200, isLast: true },
  'gatehouse:SuspendAccount': { as: 'operator', answers: 200, isLast: true },
  'gatehouse:CloseAccount': { as: 'operator', answers: 200, isLast: true },
  'gatehouse:PurgeAccount': { as: 'operator', answers: 'InvalidAccountState', isLast: true },
};
