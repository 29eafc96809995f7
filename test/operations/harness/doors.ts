import * as iamCommands from '@aws-sdk/client-iam';
import * as stsCommands from '@aws-sdk/client-sts';
import { encodeDocument } from '../../../src/iam/policies/policy-documents.js';
import { fromAwsName, toAwsName } from '../../../src/kernel/aws-names.js';
import { RestClient } from '../../support/rest-client.js';
import type { AccessKey } from '../../support/tenant.js';
import { awsClients } from '../../support/tenant.js';
import type { Members } from './operation-case.js';

/** The result of a call, through either door. */
export type Outcome = { readonly output: Members } | { readonly code: string; readonly message: string };

/** The route of an operation in the REST API, from the server's own OpenAPI document. */
interface Route {
  readonly method: string;
  /** `/v1/users/{userName}` */
  readonly path: string;
  /** The errors on the API page, without those of every operation. */
  readonly errors: readonly string[];
}

/** Errors of every operation: declarations list only others. */
const COMMON_ERRORS = new Set([
  'ValidationError',
  'MalformedRequest',
  'PayloadTooLarge',
  'InternalFailure',
  'ServiceUnavailable',
  'AccessDenied',
  'MissingAuthenticationToken',
  'InvalidClientTokenId',
  'ExpiredToken',
  'SignatureDoesNotMatch',
]);

const routesOfServer = new Map<string, Promise<ReadonlyMap<string, Route>>>();

/** All operations that the server's API page documents, by name. */
export function operationsOf(baseUrl: string): Promise<ReadonlyMap<string, Route>> {
  let routes = routesOfServer.get(baseUrl);
  if (!routes) {
    routes = readRoutes(baseUrl);
    routesOfServer.set(baseUrl, routes);
  }
  return routes;
}

async function readRoutes(baseUrl: string): Promise<ReadonlyMap<string, Route>> {
  const { body } = await new RestClient(baseUrl).get('/docs/openapi.json');
  const routes = new Map<string, Route>();
  for (const [path, methods] of Object.entries(body.paths as Record<string, Record<string, Members>>)) {
    for (const [method, operation] of Object.entries(methods)) {
      const { responses, 'x-action': name } = operation as {
        'x-action': string;
        responses: Record<string, { description: string }>;
      };
      const failures = Object.entries(responses).filter(([status]) => Number(status) >= 400);
      const codes = failures.flatMap(([, { description }]) => description.split(', '));
      const errors = codes.filter((code) => !COMMON_ERRORS.has(code));
      routes.set(name, { method: method.toUpperCase(), path, errors });
    }
  }
  return routes;
}

/** Through the unmodified AWS SDK. */
export async function callSdk(
  baseUrl: string,
  accessKey: AccessKey,
  operation: string,
  input: Members,
): Promise<Outcome> {
  const [service, action] = operation.split(':') as ['iam' | 'sts', string];
  const commands = (service === 'iam' ? iamCommands : stsCommands) as unknown as Record<
    string,
    new (i: unknown) => never
  >;
  const Command = commands[`${action}Command`];
  if (!Command) throw new Error(`The SDK has no ${operation}`);
  const client = awsClients(baseUrl, accessKey)[service] as unknown as { send(command: never): Promise<Members> };
  try {
    const { $metadata: _, ...output } = await client.send(new Command(rename(input, toAwsName)));
    return { output: rename(output, fromAwsName) as Members };
  } catch (error) {
    const { name, Code, message } = error as { name: string; Code?: string; message: string };
    return { code: Code ?? name, message };
  }
}

/** Through REST: members in the path, the others in the query or the body. */
export async function callRest(rest: RestClient, operation: string, input: Members): Promise<Outcome> {
  const route = (await operationsOf(rest.baseUrl)).get(operation);
  if (!route) throw new Error(`The REST API has no ${operation}`);
  const others = { ...input };
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value: unknown = others[name];
    delete others[name];
    if (typeof value !== 'string') throw new Error(`${operation} needs ${name} in its path`);
    return encodeURIComponent(value);
  });
  const inBody = ['POST', 'PUT', 'PATCH'].includes(route.method);
  const answer = await rest.call(route.method, inBody ? path : path + queryString(others), inBody ? others : undefined);
  if (answer.status < 400) return { output: asText(answer.body ?? {}) as Members };
  return { code: answer.body.code as string, message: answer.body.detail as string };
}

/** Policy documents that AWS does not percent-encode. */
const PLAIN_DOCUMENTS = new Set(['permissionPolicy', 'assumeRolePolicyDocumentTemplate', 'inlinePolicyTemplates']);

/** Policy documents, which are objects in REST, as text, as in AWS's protocols and the SDKs. */
function asText(value: unknown, isPlain = false): unknown {
  if (Array.isArray(value)) return value.map((item) => asText(item, isPlain));
  if (typeof value !== 'object' || value === null) return value;
  if ('Statement' in value) return isPlain ? JSON.stringify(value) : encodeDocument(JSON.stringify(value));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, asText(member, isPlain || PLAIN_DOCUMENTS.has(name))]),
  );
}

function queryString(members: Members): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(members)) {
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) query.append(name, String(item));
  }
  return query.size > 0 ? `?${query.toString()}` : '';
}

/** Renames members at every depth; keys of maps are data and do not change, nor do dates and bytes. */
function rename(value: unknown, to: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => rename(item, to));
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const isMap = [
        'summaryMap',
        'SummaryMap',
        'evalDecisionDetails',
        'EvalDecisionDetails',
        'properties',
        'Properties',
        'replacementValues',
        'ReplacementValues',
      ].includes(name);
      return [to(name), isMap ? renameValues(member, to) : rename(member, to)];
    }),
  );
}

function renameValues(map: unknown, to: (name: string) => string): unknown {
  return Object.fromEntries(Object.entries(map as Members).map(([key, value]) => [key, rename(value, to)]));
}
