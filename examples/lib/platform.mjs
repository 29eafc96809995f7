/**
 * The common part of the examples: the operator of a platform, a customer, and a service. Everything uses the REST API;
 * on a real platform the first two steps are done long before.
 *
 * Settings, as printed by `npm start`: GATEHOUSE_URL, GATEHOUSE_ROOT_EMAIL, GATEHOUSE_ROOT_PASSWORD.
 */
import { randomUUID } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

export const gatehouse = process.env.GATEHOUSE_URL ?? 'http://127.0.0.1:3000';

const { GATEHOUSE_ROOT_EMAIL: email = 'root@localhost', GATEHOUSE_ROOT_PASSWORD: password } = process.env;
if (!password) {
  console.error('Set GATEHOUSE_ROOT_PASSWORD to what npm start printed, or to what you changed it to.');
  process.exit(2);
}

/** The operator registers a service, with a unique prefix for this run, and gives it an access key. */
export async function registerService(kind, actions, resourceType) {
  const operator = await signIn({ email, password });
  const prefix = `${kind}-${randomUUID().slice(0, 8)}`;
  const servicePrincipal = `${prefix}.example.com`;
  await operator('POST', '/v1/services', {
    prefix,
    displayName: `Example: ${kind}`,
    servicePrincipal,
    actions: actions.map((name) => ({ name, accessLevel: 'Write', resourceTypes: [resourceType] })),
    resourceTypes: [
      { name: resourceType, arnFormats: [`arn:\${Partition}:${prefix}:\${Region}:\${Account}:${resourceType}/\${Id}`] },
    ],
  });
  const { accessKey } = await operator('POST', `/v1/services/${prefix}/access-keys`);
  return {
    prefix,
    servicePrincipal,
    accessKey,
    /** A call that the service signs. */
    call: (method, path, body) => signed(accessKey, method, path, body),
    deregister: () => operator('DELETE', `/v1/services/${prefix}`),
  };
}

/** The operator creates an account for a customer, who signs in to it. */
export async function openAccount() {
  const operator = await signIn({ email, password });
  const owner = { email: `${randomUUID()}@customer.example.com`, password: `Customer-${randomUUID()}` };
  const { account } = await operator('POST', '/v1/accounts', { name: 'Customer', ...owner });
  return { accountId: account.accountId, call: await signIn(owner) };
}

/** The customer creates a role for the service's resources in this account, with permissions for `actions`. */
export async function createServiceRole({ accountId, call }, { prefix, servicePrincipal }, actions) {
  const roleName = `for-${prefix}`;
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: servicePrincipal },
        Action: 'sts:AssumeRole',
        // Nobody else can make the service use this role.
        Condition: {
          StringEquals: { 'aws:SourceAccount': accountId },
          ArnLike: { 'aws:SourceArn': `arn:aws:${prefix}:*:${accountId}:*` },
        },
      },
    ],
  };
  const { role } = await call('POST', '/v1/roles', { roleName, assumeRolePolicyDocument: trust });
  await call('PUT', `/v1/roles/${roleName}/policies/work`, { policyDocument: allow(actions) });
  return role.arn;
}

/** A user of the customer who may only call the service and pass the role to it. */
export async function createUser({ call }, { prefix, servicePrincipal }, roleArn) {
  const userName = `engineer-${randomUUID().slice(0, 8)}`;
  await call('POST', '/v1/users', { userName });
  const policyDocument = allow([`${prefix}:*`], {
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: roleArn,
    Condition: { StringEquals: { 'iam:PassedToService': servicePrincipal } },
  });
  await call('PUT', `/v1/users/${userName}/policies/work`, { policyDocument });
  const { accessKey } = await call('POST', '/v1/access-keys', { userName });
  return accessKey;
}

/** The user calls the service. @returns the request as the service receives it, for it to pass on to Gatehouse */
export async function customerRequest(accessKey, { prefix }, body) {
  const signer = new SignatureV4({ credentials: accessKey, region: 'eu-1', service: prefix, sha256: Sha256 });
  const text = JSON.stringify(body);
  const { method, headers } = await signer.sign({
    method: 'POST',
    protocol: 'https:',
    hostname: `${prefix}.example.com`,
    path: '/',
    headers: { host: `${prefix}.example.com`, 'content-type': 'application/json' },
    body: text,
  });
  const hash = new Sha256();
  hash.update(text);
  return { method, url: '/', headers, bodySha256: Buffer.from(await hash.digest()).toString('hex') };
}

/** The service checks whether the customer may do this and pass the role. @throws Error if not */
export async function requirePassRole(service, request, action, { roleArn, instanceProfileArn, resourceArn }) {
  const asked = {
    service: service.prefix,
    request,
    action: { name: action },
    resource: { type: 'resource', id: resourceArn },
  };
  const authorized = await service.call('POST', '/v1/authorize', asked);
  if (!authorized.decision) throw new Error(authorized.error?.message ?? authorized.context.reason);
  const handed = { request, roleArn, instanceProfileArn, associatedResourceArn: resourceArn };
  const passed = await service.call('POST', '/v1/pass-role-checks', handed);
  if (!passed.decision) throw new Error(passed.context.reason);
  return { principal: passed.principal.arn, role: passed.role.arn };
}

function allow(actions, ...more) {
  const statements = [{ Effect: 'Allow', Action: actions, Resource: '*' }, ...more];
  return { Version: '2012-10-17', Statement: statements };
}

async function signIn(who) {
  const { accessToken } = await send('POST', '/v1/sign-in', who, {});
  return (method, path, body) => send(method, path, body, { authorization: `Bearer ${accessToken}` });
}

async function signed(credentials, method, path, body) {
  const url = new URL(path, gatehouse);
  const signer = new SignatureV4({ credentials, region: 'us-east-1', service: 'gatehouse', sha256: Sha256 });
  const { headers } = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    port: Number(url.port) || undefined,
    path: url.pathname,
    headers: { host: url.host, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return send(method, path, body, headers);
}

async function send(method, path, body, headers) {
  const type = body ? { 'content-type': 'application/json' } : {};
  const response = await fetch(new URL(path, gatehouse), {
    method,
    headers: { ...type, ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
