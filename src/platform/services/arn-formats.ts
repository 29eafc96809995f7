import { parseArn } from '../../kernel/arn.js';
import type { Service } from '../../generated/prisma/client.js';
import { definitionColumn } from './service-definition.schema.js';

/**
 * Whether an ARN belongs to a resource of a service: to one of the ARN formats of its resource types, to any format if
 * it defines none, or to a prefix that the operator granted to it.
 */
export function isResourceOf(
  { prefix, grantedPrefixes, definition }: Pick<Service, 'prefix' | 'grantedPrefixes' | 'definition'>,
  resourceArn: string,
): boolean {
  const arn = parseArn(resourceArn);
  if (!arn) return false;
  if (grantedPrefixes.includes(arn.service)) return true;
  const { resourceTypes = [] } = definitionColumn.read(definition);
  const formats = resourceTypes.flatMap(({ arnFormats }) => arnFormats);
  if (arn.service !== prefix) return false;
  return formats.length === 0 || formats.some((format) => hasFormat(resourceArn, format));
}

/**
 * Source: Service Authorization Reference, "Resource types table": `${…}` stands for a value. Values in the parts
 * before the resource contain no colon.
 *
 * @param format `arn:${Partition}:orders:${Region}:${Account}:order/${OrderId}`
 */
export function hasFormat(text: string, format: string): boolean {
  const arn = parseArn(text);
  const formal = parseArn(format.replace(VARIABLE, VALUE));
  if (!arn || !formal) return false;
  const parts = ['partition', 'service', 'region', 'accountId'] as const;
  return parts.every((part) => fits(arn[part], formal[part], 0)) && fits(arn.resource, formal.resource, 1);
}

const VARIABLE = /\$\{[^}]*\}/g;
/** Stands for a variable: no ARN contains it. */
const VALUE = '\0';

/** @param shortest characters of a value */
function fits(text: string, format: string, shortest: number): boolean {
  const [first = '', ...rest] = format.split(VALUE);
  if (rest.length === 0) return text === format;
  const last = rest.pop()!;
  if (!text.startsWith(first)) return false;
  const end = text.length - last.length;
  if (!text.endsWith(last)) return false;
  // Matching every literal as early as possible leaves the most for the following ones.
  let from = first.length;
  for (const literal of rest) {
    const found = text.indexOf(literal, from + shortest);
    if (found === -1) return false;
    from = found + literal.length;
  }
  return from + shortest <= end;
}
