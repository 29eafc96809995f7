import { IAMClient } from '@aws-sdk/client-iam';
import * as iam from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { newCertificate } from '../support/certificates.js';
import { RestClient } from '../support/rest-client.js';
import { samlMetadata } from '../support/saml-metadata.js';
import { sharedServer } from '../support/shared-server.js';
import { allow, newTenant, type Tenant } from '../support/tenant.js';

const { baseUrl } = sharedServer();
const everybody = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
});
const certificate = await newCertificate('tagged');
const metadata = samlMetadata('https://idp.example.com', certificate.der);
const RED = [{ Key: 'team', Value: 'red' }];

/** Operations that create something with tags: the permission to set them, and the other input. */
const creating: Readonly<Record<string, { permission: string; input: (name: string) => object }>> = {
  CreateUser: { permission: 'iam:TagUser', input: (UserName) => ({ UserName }) },
  CreateRole: {
    permission: 'iam:TagRole',
    input: (RoleName) => ({ RoleName, AssumeRolePolicyDocument: everybody }),
  },
  CreatePolicy: {
    permission: 'iam:TagPolicy',
    input: (PolicyName) => ({ PolicyName, PolicyDocument: JSON.stringify(allow('iam:GetUser')) }),
  },
  CreateInstanceProfile: {
    permission: 'iam:TagInstanceProfile',
    input: (InstanceProfileName) => ({ InstanceProfileName }),
  },
  CreateVirtualMFADevice: {
    permission: 'iam:TagMFADevice',
    input: (VirtualMFADeviceName) => ({ VirtualMFADeviceName }),
  },
  CreateOpenIDConnectProvider: {
    permission: 'iam:TagOpenIDConnectProvider',
    input: (name) => ({ Url: `https://${name}.example.com`, ClientIDList: ['shop'] }),
  },
  CreateSAMLProvider: {
    permission: 'iam:TagSAMLProvider',
    input: (Name) => ({ Name, SAMLMetadataDocument: metadata }),
  },
  UploadServerCertificate: {
    permission: 'iam:TagServerCertificate',
    input: (ServerCertificateName) => ({
      ServerCertificateName,
      CertificateBody: certificate.certificate,
      PrivateKey: certificate.privateKey,
    }),
  },
};

let tenant: Tenant;
/** May create everything, and set no tags. */
let untagging: IAMClient;
/** May create everything, and set only the tag `team` with the value `red`. */
let redOnly: IAMClient;
/** May create everything; may not set the tag `admin`. */
let guarded: IAMClient;

const statement = (Effect: 'Allow' | 'Deny', Action: string | string[], Condition?: object) => ({
  Effect,
  Action,
  Resource: '*',
  ...(Condition ? { Condition } : {}),
});
const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const create = ['iam:Create*', 'iam:Upload*'];

beforeAll(async () => {
  tenant = await newTenant(baseUrl);
  const denied = await tenant.addUser('untagging', policy(statement('Allow', '*'), statement('Deny', 'iam:Tag*')));
  const conditional = await tenant.addUser(
    'red-only',
    policy(
      statement('Allow', create),
      statement('Allow', 'iam:Tag*', {
        StringEquals: { 'aws:RequestTag/team': 'red' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
      }),
    ),
  );
  const byKey = await tenant.addUser(
    'guarded',
    policy(
      statement('Allow', '*'),
      statement('Deny', 'iam:Tag*', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['admin'] } }),
    ),
  );
  [untagging, redOnly, guarded] = [denied.iam, conditional.iam, byKey.iam];
});

function send(client: IAMClient, operation: string, input: object) {
  const commands = iam as unknown as Record<string, new (input: object) => iam.CreateUserCommand>;
  return client.send(new commands[`${operation}Command`]!(input));
}

/** Threat: a principal without the permission to tag creates a resource with a tag that others' policies trust. */
describe('tags at creation need the permission to tag', () => {
  it('every operation that takes tags is in the table', async () => {
    const { paths } = (await new RestClient(baseUrl).get('/docs/openapi.json')).body;
    const operations = Object.values(paths as Record<string, Record<string, OpenApiOperation>>).flatMap(Object.values);
    const taking = operations.filter((operation: OpenApiOperation) => takesTags(operation));
    const names = taking.map(({ operationId }: OpenApiOperation) => operationId).sort();
    const created = Object.keys(creating).map((name) => name.charAt(0).toLowerCase() + name.slice(1));
    const tagging = Object.values(creating).map(({ permission }) => permission.replace('iam:T', 't'));
    const sts = ['assumeRole', 'getFederationToken', 'getWebIdentityToken'];
    expect(names).toEqual([...created, ...tagging, ...sts].sort());
  });

  it.each(Object.entries(creating))('%s', async (operation, { permission, input }) => {
    const denied = {
      name: 'AccessDenied',
      message: expect.stringContaining(`to perform: ${permission} on resource: arn:`),
    };
    await expect(send(untagging, operation, { ...input('tagged-1'), Tags: RED })).rejects.toMatchObject(denied);
    await expect(send(redOnly, operation, { ...input('tagged-1'), Tags: RED.concat({ Key: 'a', Value: '' }) }))
      .rejects // prettier-ignore
      .toMatchObject(denied);
    await expect(
      send(guarded, operation, { ...input('tagged-1'), Tags: [{ Key: 'admin', Value: 'yes' }] }),
    ).rejects.toMatchObject(denied);
    // Nothing was left behind, and without tags no permission to tag is required.
    await send(untagging, operation, input('tagged-1'));
    await send(redOnly, operation, { ...input('tagged-2'), Tags: RED });
    await send(guarded, operation, { ...input('tagged-3'), Tags: RED });
    await send(untagging, operation, { ...input('tagged-4'), Tags: [] });
  });

  it('so nobody makes a user whom a role trusts by a tag', async () => {
    const RoleName = 'trusts-a-team';
    const Condition = { StringEquals: { 'aws:PrincipalTag/team': 'red' } };
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { AWS: tenant.accountId }, Action: 'sts:AssumeRole', Condition },
    });
    await tenant.iam.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    await expect(untagging.send(new iam.CreateUserCommand({ UserName: 'impostor', Tags: RED }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    const plain = await tenant.addUser('plain', allow('sts:AssumeRole'));
    const RoleArn = `arn:aws:iam::${tenant.accountId}:role/${RoleName}`;
    await expect(plain.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'plain' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });
});

interface OpenApiOperation {
  readonly operationId: string;
  readonly requestBody?: { content: Record<string, { schema: { properties?: Record<string, unknown> } }> };
}

function takesTags({ requestBody }: OpenApiOperation): boolean {
  return requestBody?.content['application/json']?.schema.properties?.['tags'] !== undefined;
}
