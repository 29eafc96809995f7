import { toAwsName } from '../../src/kernel/aws-names.js';
import { RestClient } from './rest-client.js';

type Json = Record<string, unknown>;

/** A call of one operation with the example input of the API page. */
export interface ExampleCall {
  /** `iam:CreateUser` */
  readonly name: string;
  readonly isPublic: boolean;
  readonly isRead: boolean;
  readonly method: string;
  /** As declared, `/v1/users/{userName}`. */
  readonly route: string;
  /** With its parameters filled in. */
  readonly path: string;
  /** `?maxItems=10`, or nothing. */
  readonly query: string;
  /** Of methods that have one. */
  readonly body: Json | undefined;
  /** Members of path, query and body. */
  readonly input: Json;
}

interface Documented {
  readonly 'x-action': string;
  readonly 'x-access-level'?: string;
  readonly parameters?: readonly { name: string; in: string; required: boolean; example: unknown }[];
  readonly requestBody?: { content: { 'application/json': { example: Json } } };
}

/** One for every operation of the server. */
export async function exampleCalls(baseUrl: string): Promise<ExampleCall[]> {
  const { body } = await new RestClient(baseUrl).get('/docs/openapi.json');
  const paths = Object.entries(body.paths as Record<string, Record<string, Documented>>);
  return paths.flatMap(([route, methods]) =>
    Object.entries(methods).map(([method, documented]) => exampleCall(method.toUpperCase(), route, documented)),
  );
}

function exampleCall(method: string, route: string, documented: Documented): ExampleCall {
  const { parameters = [], requestBody, 'x-action': name, 'x-access-level': accessLevel } = documented;
  const body = requestBody?.content['application/json'].example;
  const ofPlace = (place: string) =>
    Object.fromEntries(
      parameters.filter((one) => one.in === place && one.required).map((one) => [one.name, one.example]),
    );
  const [inPath, inQuery] = [ofPlace('path'), ofPlace('query')];
  const path = route.replace(/\{(\w+)\}/g, (_, parameter: string) => encodeURIComponent(String(inPath[parameter])));
  const query = new URLSearchParams(
    Object.entries(inQuery).map(([key, value]): [string, string] => [key, String(value)]),
  ).toString();
  return {
    name,
    isPublic: accessLevel === undefined,
    isRead: accessLevel === 'List' || accessLevel === 'Read',
    method,
    route,
    path,
    query: query === '' ? '' : `?${query}`,
    body,
    input: { ...inPath, ...inQuery, ...body },
  };
}

/** The API versions of AWS's Query protocol, by prefix. */
const VERSIONS: Readonly<Record<string, string>> = { iam: '2010-05-08', sts: '2011-06-15' };

/** The same call in AWS's Query protocol; undefined if the operation is not available there. */
export function queryParameters({ name, input }: Pick<ExampleCall, 'name' | 'input'>): URLSearchParams | undefined {
  const [prefix, action] = name.split(':') as [string, string];
  const version = VERSIONS[prefix];
  if (version === undefined) return undefined;
  const parameters = new URLSearchParams({ Action: action, Version: version });
  for (const [member, value] of Object.entries(input)) append(parameters, toAwsName(member), value);
  return parameters;
}

function append(parameters: URLSearchParams, name: string, value: unknown): void {
  if (Array.isArray(value)) value.forEach((item, index) => append(parameters, `${name}.member.${index + 1}`, item));
  else if (typeof value === 'object' && value !== null && 'Statement' in value) {
    parameters.append(name, JSON.stringify(value));
  } else if (typeof value === 'object' && value !== null) {
    for (const [member, inner] of Object.entries(value)) append(parameters, `${name}.${toAwsName(member)}`, inner);
  } else parameters.append(name, String(value));
}
