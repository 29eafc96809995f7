import { RestClient } from '../support/rest-client.js';
import { sharedServer } from '../support/shared-server.js';

/**
 * Threat: a name that is displayed in another order than it is stored, or with a hidden part, looks like another name
 * in the console, a mail or a terminal (CVE-2021-42574 is the same trick in source code).
 */

type Schema = Readonly<Record<string, unknown>>;

/** Members that people read. */
const isDisplayed = /(^|[a-z])(name|title|description|reason|company|city|street|line\d)$/i;

/** AWS defines what these accept, or they are looked up and not displayed. */
const asDefinedByAws: readonly string[] = [
  'createPolicy.description',
  'explainCustomPolicy.contextKeyName',
  'explainPrincipalPolicy.contextKeyName',
  'putPlatformPolicy.description',
  'simulateCustomPolicy.contextKeyName',
  'simulatePrincipalPolicy.contextKeyName',
  'verifyServiceSpecificCredential.serviceUserName',
];

let spec: { paths: Record<string, Record<string, Schema>>; components: { schemas: Record<string, Schema> } };

beforeAll(async () => {
  spec = (await new RestClient(sharedServer().baseUrl).get('/docs/openapi.json')).body as typeof spec;
});

function* textsOf(schema: Schema | undefined, name: string): Generator<readonly [name: string, schema: Schema]> {
  if (!schema) return;
  const reference = schema['$ref'] as string | undefined;
  if (reference) return yield* textsOf(spec.components.schemas[reference.split('/').at(-1)!], name);
  if (schema['type'] === 'string') yield [name, schema];
  yield* textsOf(schema['items'] as Schema | undefined, name);
  for (const [member, inner] of Object.entries((schema['properties'] ?? {}) as Record<string, Schema>)) {
    yield* textsOf(inner, member);
  }
}

function takes(schema: Schema, text: string): boolean {
  if (schema['enum'] !== undefined || schema['const'] !== undefined || schema['format'] !== undefined) return false;
  const patterns = [schema, ...((schema['allOf'] ?? []) as Schema[])].map(({ pattern }) => pattern).filter(Boolean);
  return patterns.every((pattern) => new RegExp(pattern as string, 'u').test(text));
}

it('no name or description takes characters that change the direction of writing', () => {
  const found = Object.values(spec.paths).flatMap((methods) =>
    Object.values(methods).flatMap((operation) => {
      const content = (operation['requestBody'] as { content?: Record<string, { schema: Schema }> } | undefined)
        ?.content;
      const schema = content?.['application/json']?.schema;
      return [...textsOf(schema, '')]
        .filter(([name, text]) => isDisplayed.test(name) && takes(text, 'ab\u202Ecd'))
        .map(([name]) => `${operation['operationId'] as string}.${name}`);
    }),
  );
  expect(found.filter((name) => !asDefinedByAws.includes(name))).toEqual([]);
});
