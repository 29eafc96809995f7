import type { z } from 'zod';
import type { DelegationRequest } from '../../generated/prisma/client.js';
import type { getDelegationRequestOutput } from './delegation.schema.js';
import { stateAt } from './request-states.js';
import { JsonColumn } from '../../kernel/database/json-column.js';

type Described = z.input<typeof getDelegationRequestOutput>['delegationRequest'];

const parametersColumn = new JsonColumn<Described['permissions']['parameters']>();

/** Source: IAM API reference, data type DelegationRequest. */
export function describeRequest(row: DelegationRequest, now: Date): Described {
  return {
    delegationRequestId: row.requestId,
    ownerAccountId: row.ownerAccountId ?? undefined,
    description: row.description,
    requestMessage: row.requestMessage ?? undefined,
    permissions: {
      policyTemplateArn: row.policyTemplateArn,
      parameters: parametersColumn.read(row.parameters),
    },
    permissionPolicy: row.permissionPolicy,
    rolePermissionRestrictionArns: boundariesOf(JSON.parse(row.permissionPolicy)),
    ownerId: row.ownerArn ?? undefined,
    approverId: row.approverArn ?? undefined,
    state: stateAt(row, now),
    expirationTime: row.expiresAt,
    requestorId: row.accountId,
    requestorName: row.requestorName,
    createDate: row.createdAt,
    sessionDuration: row.sessionSeconds,
    redirectUrl: row.redirectUrl ?? undefined,
    notes: row.notes ?? undefined,
    rejectionReason: row.rejectionReason ?? undefined,
    onlySendByOwner: row.onlySendByOwner,
    updatedTime: row.updatedAt,
  };
}

/**
 * Approximate characters of a request in lists; those of the policy and its parameters, which are both parsed and
 * written as JSON, count twice.
 */
export function sizeOfRequest({ permissionPolicy, description }: DelegationRequest): number {
  return 2000 + 2 * permissionPolicy.length + description.length;
}

const ENGLISH = /^en(?:[-_]\w+)?$/i;

/** The request in a few sentences of English; other languages are not supported. */
export function summarize(row: DelegationRequest, locale: string) {
  if (!ENGLISH.test(locale)) return { locale, summaryState: 'NOT_SUPPORTED' as const };
  const { Statement } = JSON.parse(row.permissionPolicy) as { Statement: Statement | Statement[] };
  const sentences = [
    `${row.requestorName} (account ${row.accountId}) asks for access for ${Math.ceil(row.sessionSeconds / 60)} minutes.`,
    ...[Statement].flat().map(sentenceOf),
  ];
  return { locale, summaryState: 'AVAILABLE' as const, summaryContent: sentences.join('\n').slice(0, 10_000) };
}

type Statement = Readonly<Record<string, unknown>>;

function sentenceOf({ Effect, Action, NotAction, Resource, NotResource, Condition }: Statement): string {
  const actions = Action === undefined ? `everything except ${listed(NotAction)}` : listed(Action);
  const resources = Resource === undefined ? `everything except ${listed(NotResource)}` : listed(Resource);
  const verb = Effect === 'Allow' ? 'It can perform' : 'It could never do';
  return `${verb} ${actions} on ${resources}${Condition === undefined ? '' : ', under conditions'}.`;
}

function listed(value: unknown): string {
  return [value].flat().join(', ');
}

/** Values of `iam:PermissionsBoundary` in any condition, which limit the roles that can be created. */
function boundariesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const found = Object.entries(value).flatMap(([key, member]: [string, unknown]) =>
    key.toLowerCase() === 'iam:permissionsboundary' ? ([member].flat() as string[]) : boundariesOf(member),
  );
  return [...new Set(found)];
}
