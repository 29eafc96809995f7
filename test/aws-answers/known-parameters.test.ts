import * as iamSdk from '@aws-sdk/client-iam';
import * as stsSdk from '@aws-sdk/client-sts';
import { fromAwsName } from '../../src/kernel/aws-names.js';
import { sendRaw, signAwsRequest } from '../support/raw-aws-request.js';
import { RestClient } from '../support/rest-client.js';
import { sharedServer } from '../support/shared-server.js';
import { allow, newTenant } from '../support/tenant.js';

/**
 * The AWS door ignores unknown parameters, which is safe for those of newer clients only. INVARIANT: every parameter
 * that the current SDK can send is known here, to be used or refused; ignoring one that limits something would give the
 * caller more than was requested.
 */
interface Json {
  readonly [name: string]: unknown;
  readonly properties?: Readonly<Record<string, Json>>;
  readonly items?: Json;
  readonly $ref?: string;
}

/**
 * The SDK's shape descriptions: structures are `[3, namespace, name, traits, members, schemas]`, operations `[9, …]`.
 */
type Schema = readonly unknown[] | number | (() => Schema);

/** Ignored like all unknown parameters: it limits nothing. */
const IGNORED = new Set(['MinimumSessionTokenSize']);

/** Parameters of AWS's simulator whose absence would allow too much. */
const REFUSED = new Set(['OrderedOrganizationPolicyInputList', 'PolicyExclusionList']);

const SIMULATIONS = {
  SimulateCustomPolicy: { 'PolicyInputList.member.1': JSON.stringify(allow('*')) },
  SimulatePrincipalPolicy: { PolicySourceArn: 'arn:aws:iam::111122223333:user/ana' },
};

let document: Json;

beforeAll(async () => {
  document = (await new RestClient(sharedServer().baseUrl).get('/docs/openapi.json')).body as Json;
});

it.each([
  ['iam', iamSdk],
  ['sts', stsSdk],
])('%s: every parameter of the SDK is known', (service, sdk) => {
  const operations = Object.values(sdk as unknown as Record<string, Schema>).filter(isOperation);
  expect(operations.length).toBeGreaterThan(5);
  const unknown = operations.flatMap(([, , name, , input]) =>
    unknownMembers(resolve(input), inputOf(`${service}:${String(name)}`), String(name)),
  );
  const names = unknown.map((parameter) => parameter.slice(parameter.indexOf('.') + 1));
  expect(names.filter((name) => !IGNORED.has(name) && !REFUSED.has(name))).toEqual([]);
});

describe.each(Object.entries(SIMULATIONS))('%s', (action, required) => {
  it.each([
    ['OrderedOrganizationPolicyInputList', 'OrderedOrganizationPolicyInputList.member.1.member.1'],
    ['PolicyExclusionList', 'PolicyExclusionList.member.1'],
  ])('refuses %s', async (parameter, member) => {
    const { baseUrl } = sharedServer();
    const { accessKey } = await newTenant(baseUrl);
    const parameters = { Action: action, ...required, 'ActionNames.member.1': 'iam:GetUser', [member]: '{}' };
    const { status, text } = await sendRaw(baseUrl, await signAwsRequest(baseUrl, accessKey, parameters));
    expect(status).toBe(400);
    expect(text).toContain('<Code>ValidationError</Code>');
    const name = parameter.charAt(0).toLowerCase() + parameter.slice(1);
    expect(text).toContain(`at &apos;${name}&apos; failed to satisfy constraint: Unknown parameter`);
  });
});

function isOperation(value: unknown): value is readonly [9, string, string, number, Schema, Schema] {
  return Array.isArray(value) && value[0] === 9;
}

function resolve(schema: unknown): unknown {
  return typeof schema === 'function' ? resolve((schema as () => unknown)()) : schema;
}

function unknownMembers(schema: unknown, known: Json | undefined, path: string): string[] {
  if (!Array.isArray(schema)) return [];
  const [kind, , , , members, schemas] = schema as [number, string, string, number, unknown, unknown[]];
  // A list: its fifth part is the schema of the members.
  if (kind === 1) return unknownMembers(resolve(members), follow(known)?.items, `${path}[]`);
  if (kind !== 3) return [];
  const properties = follow(known)?.properties ?? {};
  return (members as string[]).flatMap((name, index) => {
    const ours = properties[fromAwsName(name)];
    return ours ? unknownMembers(resolve(schemas[index]), ours, `${path}.${name}`) : [`${path}.${name}`];
  });
}

function follow(schema: Json | undefined): Json | undefined {
  if (schema?.$ref === undefined) return schema;
  const schemas = (document['components'] as { schemas: Record<string, Json> }).schemas;
  return schemas[schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)];
}

/** Members of path, query and body, as documented on the API page. */
function inputOf(operation: string): Json {
  const action = operation.slice(operation.indexOf(':') + 1);
  const operationId = action.charAt(0).toLowerCase() + action.slice(1);
  for (const methods of Object.values(document['paths'] as Record<string, Record<string, Json>>)) {
    for (const described of Object.values(methods)) {
      if (described['operationId'] !== operationId) continue;
      const parameters = (described['parameters'] ?? []) as { name: string; schema: Json }[];
      const body = described['requestBody'] as { content: Record<string, { schema: Json }> } | undefined;
      return {
        properties: {
          ...Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
          ...follow(body?.content['application/json']?.schema)?.properties,
        },
      };
    }
  }
  throw new Error(`The API page lacks ${operation}`);
}
