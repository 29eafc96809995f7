import { z } from 'zod';
import { JsonColumn } from '../../kernel/database/json-column.js';
import { displayText, displayTextOfLines } from '../../kernel/display-text.schema.js';

/** Prefixes of Gatehouse, and those that have a meaning in AWS's SDKs and policies. */
const RESERVED = new Set([
  'access-analyzer',
  'account',
  'aws',
  'cloudtrail',
  'gatehouse',
  'iam',
  'organizations',
  'resource-groups',
  'saml',
  'signin',
  'sso',
  'sts',
  'tag',
]);

/** The prefix of actions in policies: `orders`. */
export const servicePrefix = z
  .string()
  .min(2)
  .max(63)
  .regex(/^[a-z][a-z0-9-]*$/, {
    message: 'Member must consist of lowercase letters, digits and hyphens, for example orders',
  });

export const newServicePrefix = servicePrefix.refine((prefix) => !RESERVED.has(prefix), {
  message: 'Member must not be a reserved prefix',
});

/** The name in trust policies: `orders.example.com`. */
const servicePrincipal = z
  .string()
  .max(128)
  .regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/, {
    message: 'Member must be a lowercase host name, for example orders.example.com',
  });

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,127}$/, { message: 'Member must consist of letters and digits' });
const resourceTypeName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, { message: 'Member must consist of letters, digits and hyphens' });
const description = displayTextOfLines(1000);
/** `orders:Priority`, or one that every service has: `aws:ResourceTag/${TagKey}`. */
const conditionKeyName = z
  .string()
  .max(128)
  .regex(/^[a-z][a-z0-9-]*:[A-Za-z][\w./-]*(?:\$\{[A-Za-z]+\})?$/, {
    message: 'Member must be a condition key, for example orders:Priority',
  })
  .meta({ examples: ['orders:Priority'] });

/** Source: Service Authorization Reference, "Access levels" and "Condition keys table". */
const accessLevel = z.enum(['List', 'Read', 'Write', 'Permissions management', 'Tagging']);
const conditionKeyType = z.enum([
  'String',
  'Numeric',
  'Date',
  'Bool',
  'ARN',
  'IPAddress',
  'Binary',
  'ArrayOfString',
  'ArrayOfARN',
]);

const action = z.strictObject({
  name,
  accessLevel,
  description: description.optional(),
  /** Names of the service's resource types on which the action can be allowed; without any it acts on `*`. */
  resourceTypes: z.array(resourceTypeName).max(50).optional(),
  conditionKeys: z.array(conditionKeyName).max(100).optional(),
});

export const resourceType = z.strictObject({
  name: resourceTypeName,
  /** `arn:${Partition}:orders:${Region}:${Account}:order/${OrderId}` */
  arnFormats: z
    .array(
      z
        .string()
        .max(512)
        .regex(/^arn:[^:\s]+:[^:\s]+:[^:\s]*:[^:\s]*:\S+$/, {
          message:
            'Member must be an ARN template, for example arn:${Partition}:orders:${Region}:${Account}:order/${OrderId}',
        })
        .meta({ examples: ['arn:${Partition}:orders:${Region}:${Account}:order/${OrderId}'] }),
    )
    .min(1)
    .max(10),
  conditionKeys: z.array(conditionKeyName).max(100).optional(),
});

export const conditionKey = z.strictObject({
  name: conditionKeyName,
  type: conditionKeyType,
  description: description.optional(),
});

/** The role name for IAM's CreateServiceLinkedRole; default: a name derived from the service principal. */
const serviceLinkedRoleName = z
  .string()
  .max(64)
  .regex(/^AWSServiceRoleFor[\w+=,.@-]+$/, {
    message: 'Member must be a role name, for example AWSServiceRoleForOrders',
  })
  .meta({ examples: ['AWSServiceRoleForOrders'] });

export const definition = {
  displayName: displayText(128),
  servicePrincipal,
  /** Additional prefixes about which it may ask, verify signatures and register workloads. */
  grantedPrefixes: z.array(newServicePrefix).max(20).optional(),
  serviceLinkedRoleName: serviceLinkedRoleName.optional(),
  actions: z.array(action).max(1000),
  resourceTypes: z.array(resourceType).max(100).optional(),
  conditionKeys: z.array(conditionKey).max(200).optional(),
};

export type ServiceDefinition = { readonly prefix: string } & z.output<z.ZodObject<typeof definition>>;

/** What the column `definition` holds: the rest has columns of its own. */
export const definitionColumn = new JsonColumn<
  Pick<ServiceDefinition, 'actions' | 'resourceTypes' | 'conditionKeys' | 'serviceLinkedRoleName'>
>();
