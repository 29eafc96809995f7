import { z } from 'zod';
import { JsonColumn } from '../../kernel/database/json-column.js';
import { displayText, displayTextOfLines } from '../../kernel/display-text.schema.js';

/** Prefixes that are Gatehouse's own, or that AWS's SDKs and policies already mean something by. */
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

/** Of actions in policies: `orders`. */
export const servicePrefix = z
  .string()
  .min(2)
  .max(63)
  .regex(/^[a-z][a-z0-9-]*$/, { message: 'Member must be lower-case letters, digits and hyphens, like orders' });

export const newServicePrefix = servicePrefix.refine((prefix) => !RESERVED.has(prefix), {
  message: 'Member must not be a reserved prefix',
});

/** As trust policies name it: `orders.example.com`. */
const servicePrincipal = z
  .string()
  .max(128)
  .regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/, {
    message: 'Member must be a lower-case host name, like orders.example.com',
  });

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,127}$/, { message: 'Member must be letters and digits' });
const resourceTypeName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, { message: 'Member must be letters, digits and hyphens' });
const description = displayTextOfLines(1000);
/** `orders:Priority`, or one that every service has: `aws:ResourceTag/${TagKey}`. */
const conditionKeyName = z
  .string()
  .max(128)
  .regex(/^[a-z][a-z0-9-]*:[A-Za-z][\w./-]*(?:\$\{[A-Za-z]+\})?$/, { message: 'Member must be like orders:Priority' })
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
  /** Names of the service's resource types that the action can be allowed on; without any it acts on `*`. */
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
          message: 'Member must be like arn:${Partition}:orders:${Region}:${Account}:order/${OrderId}',
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

/** What IAM's CreateServiceLinkedRole calls the service's role; without one, a name made of the principal. */
const serviceLinkedRoleName = z
  .string()
  .max(64)
  .regex(/^AWSServiceRoleFor[\w+=,.@-]+$/, { message: 'Member must be like AWSServiceRoleForOrders' })
  .meta({ examples: ['AWSServiceRoleForOrders'] });

export const definition = {
  displayName: displayText(128),
  servicePrincipal,
  /** Prefixes beside its own that it may ask about, verify signatures for and register workloads under. */
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
