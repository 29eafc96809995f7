import { parseFailureReason } from '../trail/failure-reason.js';
import { parseArn } from '../../kernel/arn.js';
import { isoSeconds } from '../../kernel/iso-time.js';
import type { AuditEvent } from '../../generated/prisma/client.js';
import { cloudTrailName, eventSourceOf, SIGN_IN } from './cloudtrail-names.js';

const EVENT_VERSION = '1.11';

/**
 * An event in CloudTrail's format.
 *
 * Source: AWS CloudTrail User Guide, "CloudTrail record contents" and "CloudTrail userIdentity element".
 */
export function cloudTrailRecord(event: AuditEvent): Record<string, unknown> {
  const { operation, outcome, reason, accountId } = event;
  const isSignIn = operation === SIGN_IN;
  return {
    eventVersion: EVENT_VERSION,
    userIdentity: userIdentity(event),
    eventTime: isoSeconds(event.eventTime),
    eventSource: eventSourceOf(operation),
    eventName: cloudTrailName(operation),
    // IAM is global; its events are recorded in the region of its endpoint.
    awsRegion: 'us-east-1',
    sourceIPAddress: event.sourceIp,
    userAgent: event.userAgent,
    ...errorOf(outcome, reason, isSignIn),
    requestParameters: isSignIn ? null : (JSON.parse(event.input) as unknown),
    responseElements: isSignIn ? { ConsoleLogin: outcome === 'allowed' ? 'Success' : 'Failure' } : null,
    requestID: event.requestId,
    eventID: event.eventId,
    readOnly: event.readOnly,
    eventType: isSignIn ? 'AwsConsoleSignIn' : 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: accountId,
    eventCategory: 'Management',
  };
}

function errorOf(outcome: string, reason: string | null, isSignIn: boolean): Record<string, string> {
  if (outcome === 'allowed') return {};
  if (isSignIn) return { errorMessage: 'Failed authentication' };
  if (outcome !== 'failed') return { errorCode: 'AccessDenied', ...(reason ? { errorMessage: reason } : {}) };
  const failure = reason === null ? undefined : parseFailureReason(reason);
  if (failure) return { errorCode: failure.code, errorMessage: failure.message };
  return { errorCode: 'Failure', ...(reason ? { errorMessage: reason } : {}) };
}

function userIdentity(event: AuditEvent): Record<string, unknown> {
  const { callerArn: arn, callerId: principalId, callerName, accessKeyId } = event;
  const parsed = parseArn(arn);
  if (!parsed) return { type: arn === 'gatehouse' ? 'AWSService' : 'Unknown', principalId };
  const { accountId, resource } = parsed;
  if (resource.startsWith('service/')) return { type: 'AWSService', invokedBy: principalId };
  const common = { principalId, arn, accountId, ...(accessKeyId === null ? {} : { accessKeyId }) };
  if (resource === 'root') return { type: 'Root', ...common, ...sessionContext(event) };
  if (resource.startsWith('user/'))
    return { type: 'IAMUser', ...common, userName: callerName, ...sessionContext(event) };
  const [, roleName] = /^assumed-role\/([^/]+)\//.exec(resource) ?? [];
  if (roleName === undefined) return { type: 'Unknown', ...common };
  const sessionIssuer = { type: 'Role', principalId: principalId.split(':')[0], accountId, userName: roleName };
  return { type: 'AssumedRole', ...common, ...sessionContext(event, sessionIssuer) };
}

/** Only calls with a session have one; calls with long-term keys do not. */
function sessionContext({ credential, mfaAuthenticated }: AuditEvent, sessionIssuer?: object): Record<string, unknown> {
  if (credential === null || credential === 'accessKey') return {};
  const attributes = { mfaAuthenticated: String(mfaAuthenticated) };
  return { sessionContext: { ...(sessionIssuer ? { sessionIssuer } : {}), attributes } };
}
