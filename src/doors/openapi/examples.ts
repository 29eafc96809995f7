type Json = Record<string, unknown>;

/**
 * Realistic example texts. The first one that a schema accepts is its example, so a schema needs its own example only
 * if none of these matches.
 */
const TEXTS = [
  'ana',
  'example',
  '/',
  '/team/',
  '123456789012',
  '123456',
  'arn:aws:iam::123456789012:user/ana',
  'ana@example.com',
  'https://app.example.com',
  'app.example.com',
  '+1 555 0100',
  'US',
  'v1',
  'orders:CreateOrder',
  'p-1a2b3c4d',
  'AIDACKCEVSQ6C2EXAMPLE',
  'AKIAIOSFODNN7EXAMPLE',
  '5f0c1e9a-6d2b-4a53-9c51-0c9d3f1e7a42',
  'o-a1b2c3d4e5/r-a1b2/123456789012',
  '990f3e7c61a0b3f2e4d5c6b7a8990f3e7c61a0b3',
  'Namespace/Property',
  'A longer text that describes the resource.',
];

/** By the name of the member, if it is more specific than the schema. */
const BY_NAME: readonly (readonly [RegExp, string])[] = [
  [/password/i, 'Correct-horse-battery-1'],
  [/groupName/, 'team'],
  [/roleName/, 'deployer'],
  [/policyName/, 'read-users'],
  [/marker/, 'WyJhbmEiXQ'],
  [/email/i, 'ana@example.com'],
  [/groupArn/i, 'arn:aws:iam::123456789012:group/team'],
  [/roleArn/i, 'arn:aws:iam::123456789012:role/deployer'],
  [/policyArn|permissionsBoundary/, 'arn:aws:iam::123456789012:policy/read-users'],
  [/arn$/i, 'arn:aws:iam::123456789012:user/ana'],
  [/path/i, '/team/'],
  [/^key$|tagKeys/, 'Team'],
  [/^value$/, 'blue'],
  [/secretAccessKey/, 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
];

/** Objects that are nested deeper than this are left empty if the schema permits it. */
const MAXIMUM_DEPTH = 6;

/**
 * An example for a JSON schema.
 *
 * @param name of the member
 * @param definitions the targets of `$ref`s, by the last part of the reference
 * @param members `all`, as in a response, or `required`, as in a request
 */
export function exampleOf(
  schema: Json,
  name: string,
  definitions: Readonly<Record<string, Json>>,
  members: 'all' | 'required',
  depth = 0,
): unknown {
  const next = (inner: unknown, innerName: string) =>
    exampleOf(inner as Json, innerName, definitions, members, depth + 1);
  const given = schema['examples'] as unknown[] | undefined;
  if (given) return given[0];
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  if (typeof schema['$ref'] === 'string') return next(definitions[schema['$ref'].split('/').at(-1)!] ?? {}, name);
  const [first] = ['allOf', 'anyOf', 'oneOf'].flatMap((key) => (schema[key] as Json[] | undefined) ?? []);
  if (first) return next(first, name);
  switch (schema['type']) {
    case 'string':
      return textFor(schema, name);
    case 'integer':
    case 'number':
      return Math.max(Number(schema['minimum'] ?? 0), Math.min(3600, Number(schema['maximum'] ?? 3600)));
    case 'boolean':
      return false;
    case 'array':
      return depth < MAXIMUM_DEPTH ? [next(schema['items'] ?? {}, name)] : [];
    case 'object':
      return objectFor(schema);
    default:
      return {};
  }

  function objectFor({ properties, required, additionalProperties }: Json): Json {
    if (properties === undefined) {
      if (typeof additionalProperties !== 'object') return {};
      const { propertyNames } = schema as { propertyNames?: Json };
      return { [textFor(propertyNames ?? {}, 'key')]: next(additionalProperties, 'value') };
    }
    const needed = (required ?? []) as string[];
    const shown = Object.entries(properties as Record<string, Json>).filter(
      ([member]) => needed.includes(member) || (members === 'all' && depth < MAXIMUM_DEPTH),
    );
    return Object.fromEntries(shown.map(([member, inner]) => [member, next(inner, member)]));
  }
}

function textFor(schema: Json, name: string): string {
  if (schema['format'] === 'date-time') return '2026-01-01T00:00:00Z';
  if (schema['contentEncoding'] === 'base64') return 'aGVsbG8=';
  const named = BY_NAME.filter(([pattern]) => pattern.test(name)).map(([, text]) => text);
  return [...named, ...TEXTS].find((text) => accepts(schema, text)) ?? 'x'.repeat(Number(schema['minLength'] ?? 1));
}

function accepts({ pattern, format, allOf, minLength = 0, maxLength = Infinity }: Json, text: string): boolean {
  const patterns = [pattern, ...((allOf as Json[] | undefined) ?? []).map((part) => part['pattern'])];
  return (
    text.length >= Number(minLength) &&
    text.length <= Number(maxLength) &&
    (format !== 'uri' || URL.canParse(text)) &&
    patterns.every((one) => typeof one !== 'string' || new RegExp(one, 'u').test(text))
  );
}
