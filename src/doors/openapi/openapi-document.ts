import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { isForCallers, type Operation } from '../../operations/operation.js';
import { type ErrorCode, restStatusOf } from '../../kernel/errors/errors.js';
import { resourceTagOf, resourceTags } from './resource-tags.js';
import type { PolicyKind } from '../../kernel/policy-document.schema.js';
import { policyDocumentSchema, policyMemberSchema } from './policy-document-schema.js';
import { exampleOf } from './examples.js';

type Json = Record<string, unknown>;

/** The JSON schema of an operation's input. */
interface InputSchema extends Json {
  readonly properties?: Record<string, Json>;
  readonly required?: string[];
  readonly examples?: Json[];
}

/** Errors that every operation may return, in addition to its own. */
const commonErrors: readonly ErrorCode[] = [
  'ValidationError',
  'MalformedRequest',
  'PayloadTooLarge',
  'InternalFailure',
  'ServiceUnavailable',
];
const callerErrors: readonly ErrorCode[] = [
  'AccessDenied',
  'MissingAuthenticationToken',
  'InvalidClientTokenId',
  'ExpiredToken',
  'SignatureDoesNotMatch',
];

/** The document of the API page (OpenAPI 3.1), generated from the declarations of the operations. */
export function openApiDocument(operations: readonly Operation[], version: string, serverUrl: string): OpenAPIObject {
  const schemas = new SchemaCollector();
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations) {
    const [method, route] = operation.route.split(' ') as [string, string];
    const path = route.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(operation, path, method, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Gatehouse',
      version,
      description:
        'Identity and access management for your own platform. The operations of IAM and STS are also ' +
        'available through the AWS Query API at POST /.',
      license: { name: 'Apache-2.0' },
    },
    servers: [{ url: serverUrl }],
    tags: resourceTags,
    paths,
    components: {
      schemas: { ...schemas.collected, Problem: problemSchema },
      securitySchemes: {
        accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        signatureV4: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'AWS Signature Version 4' },
        workloadToken: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'Workload token' },
      },
    },
  };
}

const problemSchema = {
  type: 'object',
  description: 'RFC 9457 problem details',
  required: ['type', 'title', 'status', 'code', 'detail', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: "AWS's error code" },
    detail: { type: 'string', description: 'What is wrong, and how to fix it' },
    requestId: { type: 'string' },
    issues: {
      type: 'array',
      items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } },
    },
  },
};

/** JSON schemas of zod schemas; those with an ID are included once and referenced. */
class SchemaCollector {
  readonly collected: Record<string, Json> = { PolicyDocument: policyDocumentSchema };

  of(schema: z.ZodType, io: 'input' | 'output'): Json {
    const converted = z.toJSONSchema(schema, {
      io,
      target: 'draft-2020-12',
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => {
        if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
        delete (jsonSchema as Json)['secret'];
        delete (jsonSchema as Json)['awsName'];
        const kind = (jsonSchema as Json)['policyKind'] as PolicyKind | undefined;
        if (kind) {
          for (const name of Object.keys(jsonSchema)) delete (jsonSchema as Json)[name];
          Object.assign(jsonSchema, policyMemberSchema(kind, io));
        }
      },
    }) as Json;
    const { $defs, $schema: _, ...rest } = converted as { $defs?: Record<string, Json> } & Json;
    for (const [id, definition] of Object.entries($defs ?? {})) this.collected[id] = pointToComponents(definition);
    return pointToComponents(rest);
  }
}

function pointToComponents(schema: Json): Json {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
}

function describe(operation: Operation, path: string, method: string, schemas: SchemaCollector): Json {
  const input = schemas.of(operation.input, 'input') as InputSchema;
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
  const hasBody = method === 'POST' || method === 'PATCH' || method === 'PUT';
  const others = Object.keys(input.properties ?? {}).filter((name) => !inPath.includes(name));
  const inQuery = hasBody ? [] : others;
  const parameters = [...inPath, ...inQuery].map((name) => {
    const schema = input.properties?.[name] ?? {};
    return {
      name,
      in: inPath.includes(name) ? 'path' : 'query',
      required: inPath.includes(name) || (input.required ?? []).includes(name),
      schema,
      example: exampleOf(schema, name, schemas.collected, 'required'),
    };
  });
  const action = operation.name.slice(operation.name.indexOf(':') + 1);
  return {
    operationId: action.charAt(0).toLowerCase() + action.slice(1),
    tags: [resourceTagOf(path)],
    'x-action': operation.name,
    ...(isForCallers(operation) ? { 'x-access-level': operation.accessLevel } : {}),
    summary: operation.summary,
    description: [operation.description, permissionNote(operation)].filter(Boolean).join('\n\n'),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(hasBody && others.length > 0 ? { requestBody: requestBody(input, others, schemas) } : {}),
    responses: { ...success(operation, schemas), ...failures(operation) },
    security: securityOf(operation),
  };
}

function securityOf(operation: Operation): Json[] {
  if (isForCallers(operation)) return [{ accessToken: [] }, { signatureV4: [] }];
  return isByWorkload(operation) ? [{ workloadToken: [] }] : [];
}

/** Its credential is a header; those of others are members of their input. */
function isByWorkload(operation: Operation): boolean {
  return operation.access === 'credential' && operation.credential === 'workloadToken';
}

function permissionNote(operation: Operation): string {
  if (isByWorkload(operation)) return 'Available to every workload, with its authorization token.';
  if (!isForCallers(operation)) return 'Requires no authentication.';
  if (operation.access === 'authenticated') return 'Available to every authenticated caller. Requires no permission.';
  const permission = `Permission: \`${operation.permission ?? operation.name}\` (${operation.accessLevel}).`;
  if (operation.access === 'service') return `${permission} Only for services of the platform.`;
  return operation.access === 'management' ? `${permission} Only for the management account.` : permission;
}

function requestBody(input: InputSchema, members: string[], schemas: SchemaCollector): Json {
  const required = members.filter((name) => (input.required ?? []).includes(name));
  const schema = {
    type: 'object',
    properties: Object.fromEntries(members.map((name) => [name, input.properties?.[name] ?? {}])),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
  const example = input.examples?.[0] ?? exampleOf(schema, '', schemas.collected, 'required');
  return { required: required.length > 0, content: { 'application/json': { schema, example } } };
}

function success(operation: Operation, schemas: SchemaCollector): Json {
  if (operation.streams !== undefined) {
    return { '200': { description: 'Success', content: { [operation.streams]: { schema: { type: 'string' } } } } };
  }
  if (!operation.output) return { '204': { description: 'Success' } };
  const schema = schemas.of(operation.output, 'output');
  const example = exampleOf(schema, '', schemas.collected, 'all');
  return {
    [operation.status ?? 200]: { description: 'Success', content: { 'application/json': { schema, example } } },
  };
}

/** One response per status, with all its error codes. */
function failures(operation: Operation): Json {
  const codes = [
    ...commonErrors,
    ...(isForCallers(operation) ? callerErrors : []),
    ...(isForCallers(operation) && operation.stepUp ? (['StepUpRequired'] as const) : []),
    ...operation.errors,
  ];
  const byStatus = new Map<number, Set<ErrorCode>>();
  for (const code of codes) {
    const status = restStatusOf(code);
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
  }
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => [
      String(status),
      {
        description: [...ofStatus].join(', '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}
