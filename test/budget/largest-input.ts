import { RestClient } from '../support/rest-client.js';
import { manyStatements } from './long-policies.js';

export type Json = Record<string, unknown>;

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly format?: string;
}

interface Member {
  readonly name: string;
  readonly in: 'path' | 'query' | 'body';
  readonly required: boolean;
  readonly schema: Schema;
  /** The content of the API page. */
  readonly example: unknown;
}

/** An operation in the server's OpenAPI document. */
export interface DocumentedOperation {
  /** `iam:CreateUser` */
  readonly name: string;
  readonly method: string;
  /** `/v1/users/{userName}` */
  readonly route: string;
  readonly members: readonly Member[];
  readonly schemas: Readonly<Record<string, Schema>>;
}

/** The longest policy document that any operation accepts. */
const POLICY_CHARACTERS = 131_072;

/** All operations of the server. */
export async function documentedOperations(baseUrl: string): Promise<DocumentedOperation[]> {
  const { body: document } = await new RestClient(baseUrl).get('/docs/openapi.json');
  const { schemas } = document.components as { schemas: Record<string, Schema> };
  const paths = Object.entries(document.paths as Record<string, Record<string, Json>>);
  return paths.flatMap(([route, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: operation['x-action'] as string,
      method: method.toUpperCase(),
      route,
      members: [...((operation.parameters as Member[] | undefined) ?? []), ...membersOfBody(operation.requestBody)],
      schemas,
    })),
  );
}

function membersOfBody(requestBody: unknown): Member[] {
  const content = requestBody as { content: { 'application/json': { schema: Schema & Json; example?: Json } } };
  if (requestBody === undefined) return [];
  const { schema, example = {} } = content.content['application/json'];
  const required = new Set((schema as { required?: string[] }).required);
  return Object.entries(schema.properties ?? {}).map(([name, member]) => ({
    name,
    in: 'body',
    required: required.has(name),
    schema: member,
    example: example[name],
  }));
}

/** Members that continue a list. */
const MARKERS = new Set(['marker', 'nextToken', 'paginationToken']);

/**
 * The longest strings, the most items, the largest documents that the schema permits, including optional members; the
 * first page of lists.
 */
export function largestInput({ members, schemas }: DocumentedOperation): Json {
  const wanted = members.filter(({ name }) => !MARKERS.has(name));
  return Object.fromEntries(wanted.map(({ name, schema, example }) => [name, largest(schema, schemas, example, 0)]));
}

function largest(given: Schema, schemas: Readonly<Record<string, Schema>>, example: unknown, index: number): unknown {
  const schema = resolved(given, schemas);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum.at(-1);
  if (schema.anyOf) {
    const isPolicy = schema.anyOf.some((one) => 'Statement' in (resolved(one, schemas).properties ?? {}));
    return isPolicy ? manyStatements(POLICY_CHARACTERS) : largest(schema.anyOf[0]!, schemas, example, index);
  }
  switch (schema.type) {
    case 'string':
      return longestText(schema, example, index);
    case 'integer':
    case 'number':
      return schema.maximum !== undefined && schema.maximum < 2 ** 40 ? schema.maximum : (example ?? 1);
    case 'boolean':
      return true;
    case 'array': {
      const [ofItem] = (example as unknown[] | undefined) ?? [];
      const count = schema.maxItems ?? 100;
      return Array.from({ length: count }, (_, item) => largest(schema.items ?? {}, schemas, ofItem, item));
    }
    case 'object':
      return largestObject(schema, schemas, example, index);
    default:
      return example ?? 'x';
  }
}

function resolved(schema: Schema, schemas: Readonly<Record<string, Schema>>): Schema {
  return schema.$ref === undefined ? schema : schemas[schema.$ref.split('/').at(-1)!]!;
}

function largestObject(
  schema: Schema,
  schemas: Readonly<Record<string, Schema>>,
  example: unknown,
  index: number,
): Json {
  const examples = (example ?? {}) as Json;
  const properties = Object.entries(schema.properties ?? {}).map(
    ([name, member]) => [name, largest(member, schemas, examples[name], index)] as const,
  );
  const more = schema.additionalProperties;
  if (typeof more !== 'object' || properties.length > 0) return Object.fromEntries(properties);
  const [ofValue] = Object.values(examples);
  const entries = Array.from({ length: 50 }, (_, item) => [`k:${item}`, largest(more, schemas, ofValue, item)]);
  return Object.fromEntries(entries) as Json;
}

/** The maximum length, different for each index; the example if no simple text matches the pattern. */
function longestText({ maxLength, minLength, pattern, format }: Schema, example: unknown, index: number): string {
  if (maxLength === 0) return '';
  if (format === 'date-time') return new Date().toISOString();
  if (format === 'uuid') return '12345678-1234-4234-8234-123456789012';
  const allowed = pattern === undefined ? undefined : new RegExp(pattern, 'u');
  const length = maxLength ?? Math.max(64, minLength ?? 0);
  const candidates = ['a', 'A', '1', '/'].map((character) => {
    const number = String(index);
    const end = character === '/' ? '/' : index === 0 ? '' : number.slice(-length);
    return (character === '/' ? `/${'a'.repeat(length - 2)}` : character.repeat(length - end.length)) + end;
  });
  return candidates.find((text) => allowed?.test(text) ?? true) ?? (example as string | undefined) ?? candidates[0]!;
}

/** The REST call of an input: members in path, query and body; undefined ones are omitted. */
export function restCall(operation: DocumentedOperation, input: Json): { path: string; body: Json | undefined } {
  const query = new URLSearchParams();
  const body: Json = {};
  let path = operation.route;
  for (const { name, in: place } of operation.members) {
    const value = input[name];
    if (value === undefined) continue;
    if (place === 'path') path = path.replace(`{${name}}`, encodeURIComponent(value as string));
    else if (place === 'body') body[name] = value;
    else if (Array.isArray(value)) value.forEach((item) => query.append(name, String(item)));
    else query.append(name, value as string);
  }
  const hasBody = operation.members.some((member) => member.in === 'body');
  return { path: query.size === 0 ? path : `${path}?${query.toString()}`, body: hasBody ? body : undefined };
}
