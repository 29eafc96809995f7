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
 * The role name of the registered service, or AWS's name for the service, or else `AWSServiceRoleForOrders` for
 * `orders.example.com`; with `_suffix` if one is given.
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

/** Of AWS's own services only a few allow a suffix; all others do. */
export function allowsSuffix(serviceName: string): boolean {
  return awsNameOf(serviceName) === undefined || awsServicesWithSuffix.includes(serviceName);
}

/** `Orders` for `orders.example.com` */
export function titleOf(serviceName: string): string {
  const [prefix = ''] = serviceName.split('.');
  return prefix.replace(/(?:^|[-_])([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function awsNameOf(serviceName: string): string | undefined {
  return Object.hasOwn(awsServiceLinkedNames, serviceName) ? awsServiceLinkedNames[serviceName] : undefined;
}
