import { Controller, type Type } from '@nestjs/common';
import { z } from 'zod';
import { policyDocument, policyDocumentOutput } from '../../kernel/policy-document.schema.js';
import type { LocateScope } from '../../access/actions/action.js';
import type { OperationContext, OperationDeclaration } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { arn, groupName, pathPrefix, policyName, roleName, userName } from '../../kernel/iam-names.schema.js';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';
import type { Identity, IdentityType } from '../../generated/prisma/client.js';
import { locateIdentity } from '../resources/identity.target.js';
import { AttachmentsService } from './attachments.service.js';
import { ofTarget } from './boundary-conditions.js';
import { InlinePoliciesService } from './inline-policies.service.js';
import { inputOf } from '../../kernel/named-input.js';

/** The differences between policies of users, groups and roles: only names. */
const kinds = {
  user: { title: 'User', member: 'userName', name: userName, route: '/v1/users/:userName' },
  group: { title: 'Group', member: 'groupName', name: groupName, route: '/v1/groups/:groupName' },
  role: { title: 'Role', member: 'roleName', name: roleName, route: '/v1/roles/:roleName' },
} as const;

const attachmentListOutput = z.object({
  attachedPolicies: z.array(z.object({ policyName: z.string(), policyArn: z.string() }).meta({ id: 'AttachedPolicy' })),
  ...pagingOutput,
});
const inlineListOutput = z.object({ policyNames: z.array(z.string()), ...pagingOutput });

/**
 * The operations on the policies of one kind of identity: `Attach…Policy`, `Detach…Policy`, `ListAttached…Policies`,
 * `Put…Policy`, `Get…Policy`, `Delete…Policy`, `List…Policies`. Source: IAM API reference.
 */
export function identityPoliciesController(type: IdentityType): Type {
  const { title, member, name, route } = kinds[type];
  const withName = <Members extends z.ZodRawShape>(members: Members) => inputOf(member, name, members);
  const located = {
    locate: ({ input, ...scope }: LocateScope<Record<string, unknown>>) =>
      locateIdentity(scope, type, input[member] as string),
  } satisfies Partial<OperationDeclaration<z.ZodObject, z.ZodObject, Identity>>;
  // Groups have no boundary.
  const boundaryKey = type === 'group' ? {} : ofTarget;
  const onInlinePolicy = { ...located, conditionKeys: boundaryKey };
  const onPolicy = {
    ...located,
    conditionKeys: {
      ...boundaryKey,
      'iam:PolicyARN': ({ input }: LocateScope<Record<string, unknown>>) => input['policyArn'] as string,
    },
  };

  /** Service-linked roles are the only identities whose policies cannot be changed. */
  const protects = type === 'role' ? (['UnmodifiableEntity'] as const) : [];

  const attachInput = withName({ policyArn: arn });
  const listAttachedInput = withName({ pathPrefix: pathPrefix.optional(), ...pagingInput });
  const putInput = withName({ policyName, policyDocument: policyDocument() });
  const inlineInput = withName({ policyName });
  const listInlineInput = withName({ ...pagingInput });
  // The document is URL-encoded (RFC 3986), as AWS returns it.
  const inlineOutput = z.object({
    [member]: z.string(),
    policyName: z.string(),
    policyDocument: policyDocumentOutput('percent'),
  });

  @Controller()
  class IdentityPoliciesController {
    constructor(
      private readonly attachments: AttachmentsService,
      private readonly inlinePolicies: InlinePoliciesService,
    ) {}

    @Operation({
      name: `iam:Attach${title}Policy`,
      summary: `Attach a managed policy to a ${type}`,
      route: `PUT ${route}/attached-policies`,
      accessLevel: 'Permissions management',
      input: attachInput,
      ...onPolicy,
      errors: ['NoSuchEntity', 'LimitExceeded', 'InvalidInput', 'PolicyNotAttachable', ...protects],
    })
    async attach({ policyArn }: { policyArn: string }, context: OperationContext<Identity>) {
      await this.attachments.attach(context, policyArn);
    }

    @Operation({
      name: `iam:Detach${title}Policy`,
      summary: `Detach a managed policy from a ${type}`,
      route: `DELETE ${route}/attached-policies`,
      accessLevel: 'Permissions management',
      input: attachInput,
      ...onPolicy,
      errors: ['NoSuchEntity', ...protects],
    })
    async detach({ policyArn }: { policyArn: string }, context: OperationContext<Identity>) {
      await this.attachments.detach(context, policyArn);
    }

    @Operation({
      name: `iam:ListAttached${title}Policies`,
      summary: `List the managed policies attached to a ${type}`,
      route: `GET ${route}/attached-policies`,
      accessLevel: 'List',
      input: listAttachedInput,
      output: attachmentListOutput,
      ...located,
      errors: ['NoSuchEntity'],
    })
    listAttached(input: z.output<typeof listAttachedInput>, context: OperationContext<Identity>) {
      return this.attachments.list(context, input);
    }

    @Operation({
      name: `iam:Put${title}Policy`,
      summary: `Embed an inline policy in a ${type}, or replace it`,
      route: `PUT ${route}/policies/:policyName`,
      accessLevel: 'Permissions management',
      input: putInput,
      ...onInlinePolicy,
      errors: ['NoSuchEntity', 'LimitExceeded', 'MalformedPolicyDocument', ...protects],
    })
    async put(input: { policyName: string; policyDocument: string }, context: OperationContext<Identity>) {
      await this.inlinePolicies.put(context, input.policyName, input.policyDocument);
    }

    @Operation({
      name: `iam:Get${title}Policy`,
      summary: `Get an inline policy of a ${type}`,
      route: `GET ${route}/policies/:policyName`,
      accessLevel: 'Read',
      input: inlineInput,
      output: inlineOutput,
      ...located,
      errors: ['NoSuchEntity'],
    })
    async get(input: { policyName: string }, { tx, target }: OperationContext<Identity>) {
      return { [member]: target.name, ...(await this.inlinePolicies.get(tx, target, input.policyName)) };
    }

    @Operation({
      name: `iam:Delete${title}Policy`,
      summary: `Delete an inline policy of a ${type}`,
      route: `DELETE ${route}/policies/:policyName`,
      accessLevel: 'Permissions management',
      input: inlineInput,
      ...onInlinePolicy,
      errors: ['NoSuchEntity', ...protects],
    })
    async delete(input: { policyName: string }, { tx, target }: OperationContext<Identity>) {
      await this.inlinePolicies.delete(tx, target, input.policyName);
    }

    @Operation({
      name: `iam:List${title}Policies`,
      summary: `List the inline policies of a ${type}`,
      route: `GET ${route}/policies`,
      accessLevel: 'List',
      input: listInlineInput,
      output: inlineListOutput,
      ...located,
      errors: ['NoSuchEntity'],
    })
    list(input: z.output<typeof listInlineInput>, { tx, target }: OperationContext<Identity>) {
      return this.inlinePolicies.list(tx, target, input);
    }
  }

  Object.defineProperty(IdentityPoliciesController, 'name', { value: `${title}PoliciesController` });
  return IdentityPoliciesController;
}
