import { randomUUID } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import type { RestAnswer } from './rest-client.js';
import type { AccessKey, Tenant } from './tenant.js';
import { awsClients } from './tenant.js';

/** On whose behalf a service calls. */
export interface Source {
  readonly account?: string;
  readonly arn?: string;
}

/** A registered service of one test, and clients that act as it. */
export interface TestService {
  readonly prefix: string;
  readonly principal: string;
  readonly accessKey: AccessKey;
  readonly clients: ReturnType<typeof awsClients>;
  /** An STS client that states the source of its calls. */
  sts(source: Source): STSClient;
  /** A signed REST call. */
  call(method: string, path: string, body?: object): Promise<RestAnswer>;
}

/** @param grantedPrefixes of other services */
export function definitionOf(prefix: string, grantedPrefixes: string[] = []) {
  const format = (resource: string) => `arn:\${Partition}:${prefix}:\${Region}:\${Account}:${resource}/\${Id}`;
  return {
    displayName: `The ${prefix} service`,
    servicePrincipal: `${prefix}.example.com`,
    grantedPrefixes,
    actions: [
      { name: 'CreateOrder', accessLevel: 'Write', resourceTypes: ['order'], conditionKeys: [`${prefix}:Priority`] },
      { name: 'GetOrder', accessLevel: 'Read', resourceTypes: ['order'] },
    ],
    resourceTypes: [
      { name: 'order', arnFormats: [format('order')] },
      { name: 'instance', arnFormats: [format('instance')] },
    ],
    conditionKeys: [{ name: `${prefix}:Priority`, type: 'Numeric' }],
  };
}

export function newPrefix(): string {
  return `s${randomUUID().slice(0, 8)}`;
}

/** @param operator the management account */
export async function newService(
  operator: Tenant,
  prefix = newPrefix(),
  grantedPrefixes: string[] = [],
): Promise<TestService> {
  const definition = definitionOf(prefix, grantedPrefixes);
  const registered = await operator.rest.post('/v1/services', { prefix, ...definition });
  if (registered.status !== 201) throw new Error(`No service: ${JSON.stringify(registered.body)}`);
  const created = await operator.rest.post(`/v1/services/${prefix}/access-keys`);
  if (created.status !== 201) throw new Error(`No access key: ${JSON.stringify(created.body)}`);
  return serviceWith(operator.baseUrl, prefix, created.body.accessKey as AccessKey);
}

export function serviceWith(baseUrl: string, prefix: string, accessKey: AccessKey): TestService {
  return {
    prefix,
    principal: `${prefix}.example.com`,
    accessKey,
    clients: awsClients(baseUrl, accessKey),
    sts: (source) => stsNaming(awsClients(baseUrl, accessKey).sts, source),
    call: (method, path, body) => signedCall(baseUrl, accessKey, method, path, body),
  };
}

/** Adds the source headers before the client signs. */
export function stsNaming(sts: STSClient, { account, arn }: Source): STSClient {
  sts.middlewareStack.add(
    (next) => (parameters) => {
      const { headers } = parameters.request as { headers: Record<string, string> };
      if (account !== undefined) headers['x-amz-source-account'] = account;
      if (arn !== undefined) headers['x-amz-source-arn'] = arn;
      return next(parameters);
    },
    { step: 'build' },
  );
  return sts;
}

/** A REST call signed with an access key. */
export async function signedCall(
  baseUrl: string,
  credentials: AccessKey,
  method: string,
  path: string,
  body?: object,
  more: Readonly<Record<string, string>> = {},
): Promise<RestAnswer> {
  const url = new URL(path, baseUrl);
  const signer = new SignatureV4({ credentials, region: 'us-east-1', service: 'gatehouse', sha256: Sha256 });
  const text = body === undefined ? undefined : JSON.stringify(body);
  const { headers } = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    port: Number(url.port),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...more },
    ...(text === undefined ? {} : { body: text }),
  });
  const response = await fetch(url, { method, headers, ...(text === undefined ? {} : { body: text }) });
  const answer = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, body: isJson ? JSON.parse(answer) : undefined, headers: response.headers };
}
