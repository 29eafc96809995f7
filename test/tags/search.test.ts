import { newCertificate } from '../support/certificates.js';
import { sendRaw, signedJsonRequest } from '../support/raw-aws-request.js';
import { samlMetadata } from '../support/saml-metadata.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';
import { ec2Trust } from '../support/trust.js';

/** Searching resources of all kinds by their tags. */

const blue = [{ key: 'Team', value: 'blue' }];
let tenant: Tenant;
let arns: Record<string, string>;

beforeAll(async () => {
  tenant = await newTenant(sharedServer().baseUrl);
  arns = await oneOfEachKind();
});

/** With the tag Team=blue; ARNs by kind. */
async function oneOfEachKind(): Promise<Record<string, string>> {
  const make = async (path: string, body: object): Promise<Record<string, Record<string, string>>> => {
    const answer = await tenant.rest.post(path, { ...body, tags: blue });
    if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body as Record<string, Record<string, string>>;
  };
  const policyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' }],
  });
  const assumeRolePolicyDocument = ec2Trust;
  const { certificate: certificateBody, privateKey, der } = await newCertificate('site');
  const samlMetadataDocument = samlMetadata('https://idp.example.com', der);
  const thumbprintList = ['0123456789abcdef0123456789abcdef01234567'];
  const made = async (path: string, body: object) => (await make(path, body)) as unknown as Record<string, string>;
  const site = await make('/v1/server-certificates', { serverCertificateName: 'site', certificateBody, privateKey });
  return {
    user: (await make('/v1/users', { userName: 'ana', path: '/team/' }))['user']!['arn']!,
    role: (await make('/v1/roles', { roleName: 'deployer', assumeRolePolicyDocument }))['role']!['arn']!,
    policy: (await make('/v1/policies', { policyName: 'read', policyDocument }))['policy']!['arn']!,
    'instance-profile': (await make('/v1/instance-profiles', { instanceProfileName: 'web' }))['instanceProfile']![
      'arn'
    ]!,
    mfa: (await make('/v1/virtual-mfa-devices', { virtualMfaDeviceName: 'phone' }))['virtualMfaDevice']![
      'serialNumber'
    ]!,
    'oidc-provider': (await made('/v1/oidc-providers', { url: 'https://login.example.com', thumbprintList }))[
      'openIdConnectProviderArn'
    ]!,
    'saml-provider': (await made('/v1/saml-providers', { name: 'company', samlMetadataDocument }))['samlProviderArn']!,
    'server-certificate': site['serverCertificateMetadata']!['arn']!,
  };
}

async function find(input: object) {
  const { body } = await tenant.rest.post('/v1/tagged-resources', input);
  const list = body.resourceTagMappingList as { resourceArn: string }[];
  return { arns: list.map(({ resourceArn }) => resourceArn), token: body.paginationToken as string };
}

it('finds every kind', async () => {
  const found = await find({ tagFilters: [{ key: 'Team', values: ['blue'] }] });
  expect(found.arns.sort()).toEqual(Object.values(arns).sort());
});

it.each<[string, object, string[]]>([
  ['by kind', { resourceTypeFilters: ['iam:user', 'iam:role'] }, ['role', 'user']],
  [
    'by service',
    { resourceTypeFilters: ['iam'], tagFilters: [{ key: 'Team' }] },
    ['user', 'role', 'policy', 'instance-profile', 'mfa', 'oidc-provider', 'saml-provider', 'server-certificate'],
  ],
  ['not of another service', { resourceTypeFilters: ['ec2:instance'] }, []],
  ['not with another value', { tagFilters: [{ key: 'Team', values: ['red'] }] }, []],
  ['not with another case of the key', { tagFilters: [{ key: 'team' }] }, []],
  ['only with all of the tags', { tagFilters: [{ key: 'Team' }, { key: 'Cost' }] }, []],
])('finds %s', async (_, input, kinds) => {
  expect((await find(input)).arns.sort()).toEqual(kinds.map((kind) => arns[kind]!).sort());
});

it('finds by ARN', async () => {
  expect((await find({ resourceArnList: [arns['role'], 'arn:aws:iam::1:user/nobody'] })).arns).toEqual([arns['role']]);
});

it('goes through pages across kinds without gaps or doubles', async () => {
  const seen: string[] = [];
  for (let paginationToken = ''; ;) {
    const page = await find({ resourcesPerPage: 2, paginationToken });
    seen.push(...page.arns);
    if (page.token === '') break;
    expect(page.arns).toHaveLength(2);
    paginationToken = page.token;
  }
  expect(seen.sort()).toEqual(Object.values(arns).sort());
});

it('ends a page when it holds enough tags, between two resources', async () => {
  const other = await newTenant(tenant.baseUrl);
  const tags = Array.from({ length: 40 }, (_, index) => ({ key: `key-${index}`, value: 'x' }));
  for (const userName of ['a', 'b', 'c', 'd', 'e']) await other.rest.post('/v1/users', { userName, tags });
  const pages: number[] = [];
  for (let paginationToken = ''; ;) {
    const { body } = await other.rest.post('/v1/tagged-resources', { tagsPerPage: 100, paginationToken });
    pages.push((body.resourceTagMappingList as object[]).length);
    paginationToken = body.paginationToken as string;
    if (paginationToken === '') break;
  }
  expect(pages).toEqual([2, 2, 1]);
});

it('finds nothing of a neighbour, and nothing that has no tags', async () => {
  const neighbour = await newTenant(tenant.baseUrl);
  await neighbour.rest.post('/v1/users', { userName: 'untagged' });
  const { body } = await neighbour.rest.post('/v1/tagged-resources', {});
  expect(body.resourceTagMappingList).toEqual([]);
});

it('answers in AWS’s JSON protocol', async () => {
  const call = async (operation: string, input: object) => {
    const target = `ResourceGroupsTaggingAPI_20170126.${operation}`;
    const request = await signedJsonRequest(tenant.baseUrl, tenant.accessKey, 'tagging', target, input);
    return JSON.parse((await sendRaw(tenant.baseUrl, request)).text) as unknown;
  };
  expect(await call('GetResources', { ResourceTypeFilters: ['iam:user'] })).toEqual({
    PaginationToken: '',
    ResourceTagMappingList: [{ ResourceARN: arns['user'], Tags: [{ Key: 'Team', Value: 'blue' }] }],
  });
  expect(await call('GetTagKeys', {})).toEqual({ PaginationToken: '', TagKeys: ['Team'] });
  expect(await call('GetTagValues', { Key: 'Team' })).toEqual({ PaginationToken: '', TagValues: ['blue'] });
  expect(await call('GetResources', { ResourcesPerPage: 101 })).toMatchObject({ __type: 'InvalidParameterException' });
});
