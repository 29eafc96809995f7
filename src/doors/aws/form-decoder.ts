import { z } from 'zod';
import { coerceText } from '../../kernel/coerce-text.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { unwrap } from '../../kernel/zod-shape.js';
import { inputMember } from './input-member.js';

const MAXIMUM_PARAMETERS = 2000;
const MAXIMUM_DEPTH = 8;

/** Parameters that are not members of the input. */
const PROTOCOL_PARAMETERS = new Set(['Action', 'Version']);

/** The name of a parameter, split at its dots: `Tags.member.1.Key` becomes `Tags`, `member`, `1`, `Key`. */
type Tree = Map<string, Tree | string>;

/**
 * The input of an AWS Query request: `UserName=ana&Tags.member.1.Key=team&Tags.member.1.Value=blue`. Unknown parameters
 * are ignored, see `inputMember`.
 *
 * Source: AWS SDK "AWS Query protocol" (Smithy 2.0 specification, awsQuery).
 *
 * @throws ApiError MalformedRequest
 */
export function decodeForm(parameters: URLSearchParams, schema: z.ZodObject): Record<string, unknown> {
  const tree: Tree = new Map();
  let count = 0;
  for (const [name, value] of parameters) {
    if (PROTOCOL_PARAMETERS.has(name)) continue;
    count += 1;
    if (count > MAXIMUM_PARAMETERS) throw malformed(`The request has more than ${MAXIMUM_PARAMETERS} parameters.`);
    insert(tree, name, value);
  }
  return coerceText(schema, toValue(tree, schema)) as Record<string, unknown>;
}

function insert(tree: Tree, name: string, value: string): void {
  const path = name.split('.');
  if (path.length > MAXIMUM_DEPTH) throw malformed(`${shown(name)} is nested too deeply.`);
  const last = path.pop()!;
  let node = tree;
  for (const step of path) {
    const next = node.get(step) ?? new Map<string, Tree | string>();
    if (typeof next === 'string') throw malformed(`${shown(name)} is specified both as a value and as a structure.`);
    node.set(step, next);
    node = next;
  }
  if (node.has(last)) throw malformed(`${shown(name)} is specified twice.`);
  node.set(last, value);
}

function toValue(node: Tree | string, schema: z.ZodType | undefined): unknown {
  const wanted = schema && unwrap(schema);
  // An empty list is written as the name alone: `Tags=`.
  if (typeof node === 'string') return node === '' && wanted instanceof z.ZodArray ? [] : node;
  if (wanted instanceof z.ZodArray) return toList(node, wanted.element as z.ZodType);
  if (wanted instanceof z.ZodRecord) return toRecord(node, wanted.valueType as z.ZodType);
  return Object.fromEntries(
    [...node].flatMap(([awsName, value]) => {
      const member = inputMember(wanted, awsName);
      return member ? [[member.name, toValue(value, member.schema)]] : [];
    }),
  );
}

/** `member.1`, `member.2`, …: ordered by their numbers, which must have no gap. */
function toList(node: Tree, element: z.ZodType): unknown[] {
  return numbered(node, 'member').map((item) => toValue(item, element));
}

/** `entry.1.key`, `entry.1.value`, …. */
function toRecord(node: Tree, valueType: z.ZodType): Record<string, unknown> {
  return Object.fromEntries(
    numbered(node, 'entry').map((entry) => {
      const [key, value] = entry instanceof Map ? [entry.get('key'), entry.get('value')] : [];
      if (typeof key !== 'string' || value === undefined) throw malformed('A map entry lacks its key or its value.');
      return [key, toValue(value, valueType)];
    }),
  );
}

function numbered(node: Tree, step: 'member' | 'entry'): (Tree | string)[] {
  const items = node.get(step);
  if (node.size !== 1 || !(items instanceof Map))
    throw malformed(`A list must be written as Name.${step}.1, Name.${step}.2 and so on.`);
  return Array.from({ length: items.size }, (_, index) => {
    const item = items.get(String(index + 1));
    if (item === undefined) throw malformed(`A list must be numbered from 1 without gaps; ${index + 1} is missing.`);
    return item;
  });
}

function shown(name: string): string {
  return name.slice(0, 128);
}

function malformed(message: string): ApiError {
  return new ApiError('MalformedRequest', message);
}
