import { UpdateGroupCommand, UpdateServerCertificateCommand, UpdateUserCommand } from '@aws-sdk/client-iam';
import { newCertificate } from '../support/certificates.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant, type TestUser } from '../support/tenant.js';

let tenant: Tenant;
/** May do everything with resources under `/dev/`, and nothing else. */
let delegate: TestUser;

const DENIED = { name: 'AccessDenied' };

beforeAll(async () => {
  tenant = await newTenant(sharedServer().baseUrl);
  const kinds = ['user', 'group', 'server-certificate'];
  delegate = await tenant.addUser('delegate', {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: 'iam:*',
      Resource: kinds.map((kind) => `arn:aws:iam::${tenant.accountId}:${kind}/dev/*`),
    },
  });
});

/** Threat: a delegate for one path moves or renames a resource to an ARN that policies trust. */
describe('a rename or a move needs the permission on both ARNs', () => {
  const created = {
    user: async (name: string) => tenant.rest.post('/v1/users', { userName: name, path: '/dev/' }),
    group: async (name: string) => tenant.rest.post('/v1/groups', { groupName: name, path: '/dev/' }),
    certificate: async (name: string) => {
      const { certificate: certificateBody, privateKey } = await newCertificate('renamed');
      const serverCertificateName = name;
      return tenant.rest.post('/v1/server-certificates', {
        serverCertificateName,
        path: '/dev/',
        certificateBody,
        privateKey,
      });
    },
  };
  const update = {
    user: (UserName: string, to: { name?: string; path?: string }, { iam } = delegate) =>
      iam.send(new UpdateUserCommand({ UserName, NewUserName: to.name, NewPath: to.path })),
    group: (GroupName: string, to: { name?: string; path?: string }, { iam } = delegate) =>
      iam.send(new UpdateGroupCommand({ GroupName, NewGroupName: to.name, NewPath: to.path })),
    certificate: (ServerCertificateName: string, to: { name?: string; path?: string }, { iam } = delegate) =>
      iam.send(
        new UpdateServerCertificateCommand({
          ServerCertificateName,
          NewServerCertificateName: to.name,
          NewPath: to.path,
        }),
      ),
  };

  it.each(['user', 'group', 'certificate'] as const)('of a %s', async (kind) => {
    expect((await created[kind](`${kind}-1`)).status).toBe(201);
    await expect(update[kind](`${kind}-1`, { path: '/admin/' })).rejects.toMatchObject({
      ...DENIED,
      message: expect.stringContaining(`/admin/${kind}-1`),
    });
    await expect(update[kind](`${kind}-1`, { path: '/admin/', name: 'admin' })).rejects.toMatchObject(DENIED);
    await update[kind](`${kind}-1`, { name: `${kind}-2` });
    await update[kind](`${kind}-2`, { path: '/dev/more/' });
    // From where the delegate may not act to where it may.
    await update[kind](`${kind}-2`, { path: '/admin/' }, tenant as unknown as TestUser);
    await expect(update[kind](`${kind}-2`, { path: '/dev/' })).rejects.toMatchObject(DENIED);
  });

  it('an explicit Deny on the destination holds', async () => {
    const careful = await tenant.addUser('careful', {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
        { Effect: 'Deny', Action: 'iam:UpdateUser', Resource: `arn:aws:iam::${tenant.accountId}:user/admin` },
      ],
    });
    await created.user('somebody');
    await expect(update.user('somebody', { name: 'admin', path: '/' }, careful)).rejects.toMatchObject({
      ...DENIED,
      message: expect.stringMatching(/with an explicit deny in an identity-based policy$/),
    });
    await update.user('somebody', { name: 'administrator', path: '/' }, careful);
  });

  it('the tags of what is moved count on both sides', async () => {
    const Condition = { StringEquals: { 'aws:ResourceTag/team': 'red' } };
    const red = await tenant.addUser('red', {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'iam:UpdateUser', Resource: '*', Condition },
    });
    const tags = [{ key: 'team', value: 'red' }];
    await tenant.rest.post('/v1/users', { userName: 'tagged', tags });
    await tenant.rest.post('/v1/users', { userName: 'untagged' });
    await update.user('tagged', { name: 'tagged-2' }, red);
    await expect(update.user('untagged', { name: 'untagged-2' }, red)).rejects.toMatchObject(DENIED);
  });
});
