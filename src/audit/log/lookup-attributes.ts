import { arnName } from '../../kernel/arn.js';
import type { Prisma } from '../../generated/prisma/client.js';
import { arnPartOf, operationPrefixOf, operationsNamed } from './cloudtrail-names.js';

type Where = Prisma.AuditEventWhereInput;

const NOTHING: Where = { sequence: -1 };
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Source: CloudTrail API reference, LookupAttribute. */
export const lookupAttributes: Readonly<Record<string, (value: string) => Where>> = {
  EventId: (value) => (UUID.test(value) ? { eventId: value } : NOTHING),
  EventName: (value) => ({ operation: { in: operationsNamed(value) } }),
  ReadOnly: (value) => ({ readOnly: value.toLowerCase() === 'true' }),
  Username: (value) => ({ callerName: value }),
  ResourceType: (value) => {
    const part = arnPartOf(value);
    return part === undefined ? NOTHING : { resourceArn: { contains: part } };
  },
  ResourceName: (value) => ({
    resourceName: arnName(value),
    ...(value.startsWith('arn:') ? { resourceArn: value } : {}),
  }),
  EventSource: (value) => {
    const prefix = operationPrefixOf(value);
    return prefix === undefined ? NOTHING : { operation: { startsWith: prefix } };
  },
  AccessKeyId: (value) => ({ accessKeyId: value }),
};
