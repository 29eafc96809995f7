import { JsonColumn } from '../../kernel/database/json-column.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import { SERVICE_LINKED_PATH } from '../resources/service-linked.js';
import { awsServiceLinkedNames, awsServicesWithSuffix } from './aws-service-linked-names.js';

/** `/aws-service-role/orders.example.com/` */
export function serviceLinkedPath(serviceName: string): string {
  return `${SERVICE_LINKED_PATH}${serviceName}/`;
}

/** Of a service's definition, what names its role. */
const definitionColumn = new JsonColumn<{ readonly serviceLinkedRoleName?: string }>();

/**
 * The name that the registered service gives its role, that AWS's service has for it, or else `AWSServiceRoleForOrders`
 * of `orders.example.com`; with `_suffix` where one is given.
 */
export async function serviceLinkedName(
  tx: Transaction,
  serviceName: string,
  suffix: string | undefined,
): Promise<string> {
  const service = await tx.service.findUnique({ where: { servicePrincipal: serviceName } });
  const { serviceLinkedRoleName } = definitionColumn.read(service?.definition ?? {});
  const name = serviceLinkedRoleName ?? `AWSServiceRoleFor${awsNameOf(serviceName) ?? titleOf(serviceName)}`;
  return `${name}${suffix === undefined ? '' : `_${suffix}`}`;
}

/** Of AWS's own services, few allow one; all others do. */
export function allowsSuffix(serviceName: string): boolean {
  return awsNameOf(serviceName) === undefined || awsServicesWithSuffix.includes(serviceName);
}

/** `Orders` of `orders.example.com` */
export function titleOf(serviceName: string): string {
  const [prefix = ''] = serviceName.split('.');
  return prefix.replace(/(?:^|[-_])([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function awsNameOf(serviceName: string): string | undefined {
  return Object.hasOwn(awsServiceLinkedNames, serviceName) ? awsServiceLinkedNames[serviceName] : undefined;
}
