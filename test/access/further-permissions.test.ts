import { AddRoleToInstanceProfileCommand } from '@aws-sdk/client-iam';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';

let tenant: Tenant;

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
});
const tags = (team: string) => [{ key: 'team', value: team }];
const byTag = (key: string) => ({ StringEquals: { [`${key}/team`]: 'red' } });

beforeAll(async () => {
  tenant = await newTenant(sharedServer().baseUrl);
  const { rest } = tenant;
  for (const team of ['red', 'blue']) {
    await rest.post('/v1/roles', { roleName: team, assumeRolePolicyDocument: trust, tags: tags(team) });
  }
});

/** A profile with a team tag. */
async function profile(instanceProfileName: string, team: string): Promise<string> {
  const answer = await tenant.rest.post('/v1/instance-profiles', { instanceProfileName, tags: tags(team) });
  expect(answer.status).toBe(201);
  return instanceProfileName;
}

/**
 * Threat: a caller who may pass the roles of its team passes another team's role, or one that a Deny protects, through
 * an instance profile with matching tags.
 */
describe.each(['aws:ResourceTag', 'iam:ResourceTag'])('iam:PassRole by %s looks at the role', (key) => {
  const name = (text: string) => `${key.slice(0, 3)}-${text}`;

  it('for an Allow', async () => {
    const { iam } = await tenant.addUser(name('allowed'), {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'iam:AddRoleToInstanceProfile', Resource: '*' },
        { Effect: 'Allow', Action: 'iam:PassRole', Resource: '*', Condition: byTag(key) },
      ],
    });
    const add = (InstanceProfileName: string, RoleName: string) =>
      iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
    const fitting = await profile(name('a-red'), 'red');
    await expect(add(fitting, 'blue')).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('iam:PassRole on resource: arn:aws:iam::'),
    });
    await add(await profile(name('a-blue'), 'blue'), 'red');
  });

  it('for a Deny', async () => {
    const { iam } = await tenant.addUser(name('denied'), {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
        { Effect: 'Deny', Action: 'iam:PassRole', Resource: '*', Condition: byTag(key) },
      ],
    });
    const add = (InstanceProfileName: string, RoleName: string) =>
      iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
    await expect(add(await profile(name('d-blue'), 'blue'), 'red')).rejects.toMatchObject({ name: 'AccessDenied' });
    await add(await profile(name('d-red'), 'red'), 'blue');
  });
});
