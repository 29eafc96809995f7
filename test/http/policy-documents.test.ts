import { GetPolicyVersionCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { RestClient } from '../support/rest-client.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';

type Json = Record<string, unknown>;

/** Members whose names say that they contain a policy document, and those with similar names. */
const NAMED = /policy$|policyDocument|policyInputList|^document$/i;
const NO_DOCUMENTS = new Set([
  // The file format of hardware tokens.
  'gatehouse:ImportHardwareTokens.document',
]);

let tenant: Tenant;
let trust: object;
const document = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'One', Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' }],
};

beforeAll(async () => {
  tenant = await newTenant(sharedServer().baseUrl);
  const Principal = { AWS: `arn:aws:iam::${tenant.accountId}:root` };
  trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] };
});

describe('policy documents at REST', () => {
  it('are JSON objects in requests and answers', async () => {
    const { rest } = tenant;
    const { policy } = (await rest.post('/v1/policies', { policyName: 'one', policyDocument: document })).body as {
      policy: { arn: string };
    };
    const version = `/v1/policies/versions/v1?policyArn=${encodeURIComponent(policy.arn)}`;
    expect((await rest.get(version)).body).toMatchObject({ policyVersion: { document } });
    const role = await rest.post('/v1/roles', { roleName: 'deployer', assumeRolePolicyDocument: trust });
    expect(role.body).toMatchObject({ role: { assumeRolePolicyDocument: trust } });
    expect((await rest.get('/v1/roles')).body).toMatchObject({ roles: [{ assumeRolePolicyDocument: trust }] });
    await rest.post('/v1/groups', { groupName: 'staff' });
    await rest.put('/v1/groups/staff/policies/inline', { policyDocument: document });
    expect((await rest.get('/v1/groups/staff/policies/inline')).body).toMatchObject({ policyDocument: document });
    const details = await rest.get('/v1/account/authorization-details');
    expect(details.body).toMatchObject({
      roleDetailList: [{ assumeRolePolicyDocument: trust }],
      groupDetailList: [{ groupPolicyList: [{ policyDocument: document }] }],
      policies: [{ policyVersionList: [{ document }] }],
    });
  });

  it('are accepted as text too, which AWS’s clients get back as it was', async () => {
    const text = JSON.stringify(document, null, 4);
    const { body } = await tenant.rest.post('/v1/policies', { policyName: 'text', policyDocument: text });
    const { arn: PolicyArn } = body.policy as { arn: string };
    const answer = await tenant.iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
    expect(decodeURIComponent(answer.PolicyVersion!.Document!)).toBe(text);
    await tenant.rest.post('/v1/roles', { roleName: 'object', assumeRolePolicyDocument: trust });
    const role = await tenant.iam.send(new GetRoleCommand({ RoleName: 'object' }));
    expect(decodeURIComponent(role.Role!.AssumeRolePolicyDocument!)).toBe(JSON.stringify(trust));
  });

  it('limit sessions, and are simulated', async () => {
    const user = await tenant.addUser('ana', {
      ...document,
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    });
    const simulated = await tenant.rest.post('/v1/policy-simulations/custom', {
      policyInputList: [document],
      actionNames: ['iam:GetUser', 'iam:ListUsers'],
    });
    const decisions = (simulated.body.evaluationResults as Json[]).map(({ evalDecision }) => evalDecision);
    expect(decisions).toEqual(['allowed', 'implicitDeny']);
    const signedIn = await userClient(user.userName);
    const token = await signedIn.post('/v1/federation-tokens', { name: 'ana', policy: document });
    expect(token.status).toBeLessThan(300);
  });

  it.each([
    ['a list', [document], 'ValidationError'],
    ['a number', 7, 'ValidationError'],
    ['an empty object', {}, 'MalformedPolicyDocument'],
    ['an object that is no policy', { Statement: [{ Effect: 'Maybe' }] }, 'MalformedPolicyDocument'],
  ])('are refused when they are %s', async (_, policyDocument, code) => {
    const { body } = await tenant.rest.post('/v1/policies', { policyName: 'bad', policyDocument });
    expect(body).toMatchObject({ status: 400, code });
  });
});

describe('characters beyond U+00FF', () => {
  const condition = { StringEquals: { 'aws:PrincipalTag/city': 'Łódź €' } };
  const named = (policyName: string, policyDocument: unknown) =>
    tenant.rest.post('/v1/policies', { policyName, policyDocument });
  const withCity = {
    ...document,
    Statement: [{ Effect: 'Allow', Action: 'a:b', Resource: '*', Condition: condition }],
  };

  it('are refused in the text of a document', async () => {
    expect((await named('text', JSON.stringify(withCity))).body).toMatchObject({
      status: 400,
      code: 'ValidationError',
      detail: 'The specified value for policyDocument is invalid. It must contain only printable ASCII characters.',
    });
  });

  it('may stand in a document that is an object, and come back', async () => {
    const { status, body } = await named('object', withCity);
    expect(status).toBe(201);
    const { arn } = (body as { policy: { arn: string } }).policy;
    const version = await tenant.rest.get(`/v1/policies/versions/v1?policyArn=${encodeURIComponent(arn)}`);
    expect(version.body).toMatchObject({ policyVersion: { document: withCity } });
  });
});

/** A member with a document that is not declared as one would be text in REST. */
it('the API page shows every policy document as an object', async () => {
  const { body } = await tenant.rest.get('/docs/openapi.json');
  const { paths, components } = body as { paths: Record<string, Record<string, Json>>; components: { schemas: Json } };
  const texts: string[] = [];
  const look = (owner: string, schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return;
    const { properties = {} } = schema as { properties?: Json };
    // In addition to its type, the name of a policy.
    const isName = (name: string) => name === 'policy' && 'policyType' in properties;
    for (const [name, member] of Object.entries(properties)) {
      const items = (member as { items?: Json }).items ?? (member as Json);
      if (NAMED.test(name) && !isName(name) && items['type'] === 'string') texts.push(`${owner}.${name}`);
    }
    for (const inner of Object.values(schema)) look(owner, inner);
  };
  for (const [name, schema] of Object.entries(components.schemas)) look(name, schema);
  for (const methods of Object.values(paths)) {
    for (const operation of Object.values(methods)) look(operation['x-action'] as string, operation);
  }
  expect([...new Set(texts)].filter((text) => !NO_DOCUMENTS.has(text))).toEqual([]);
});

async function userClient(userName: string): Promise<RestClient> {
  const password = 'Ana-password-1234';
  await tenant.rest.post(`/v1/users/${userName}/login-profile`, { password });
  const { body } = await new RestClient(tenant.baseUrl).post('/v1/sign-in', {
    account: tenant.accountId,
    userName,
    password,
  });
  return new RestClient(tenant.baseUrl, body.accessToken as string);
}
