import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';
import { trust } from '../support/trust.js';

/**
 * Threat: a trust policy that names a principal that does not exist trusts whoever creates it, and one whose user is
 * deleted trusts whoever takes the name. Names must therefore exist when the policy is written, and their unique IDs
 * are stored.
 */
describe('principals of a trust policy', () => {
  let mine: Tenant;
  let other: Tenant;

  beforeAll(async () => {
    const { baseUrl } = sharedServer();
    mine = await newTenant(baseUrl);
    other = await newTenant(baseUrl);
    await other.addUser('ana');
    await mine.rest.post('/v1/roles', { roleName: 'deployer', assumeRolePolicyDocument: trust({ AWS: '*' }) });
  });

  const put = (principal: unknown) =>
    mine.rest.put('/v1/roles/deployer/trust-policy', { policyDocument: trust({ AWS: principal }) });

  it('may be accounts, users and roles of this platform, by id or ARN', async () => {
    const { accountId } = other;
    const named = [accountId, `arn:aws:iam::${accountId}:root`, `arn:aws:iam::${accountId}:user/ana`];
    for (const principal of [...named, named, `arn:aws:iam::${mine.accountId}:role/deployer`]) {
      expect((await put(principal)).status).toBe(204);
    }
  });

  it.each([
    ['an account that does not exist', () => '999999999999'],
    ['the root user of one', () => 'arn:aws:iam::999999999999:root'],
    ['a user that does not exist', () => `arn:aws:iam::${other.accountId}:user/nobody`],
    ['a user under another path', () => `arn:aws:iam::${other.accountId}:user/team/ana`],
    ['a name in another case', () => `arn:aws:iam::${other.accountId}:user/Ana`],
    ['a role that is a user', () => `arn:aws:iam::${other.accountId}:role/ana`],
    ['another partition', () => `arn:aws-cn:iam::${other.accountId}:root`],
  ])('may not be %s', async (_, principal) => {
    const { status, body } = await put(principal());
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'MalformedPolicyDocument',
      detail: `Invalid principal in policy: "AWS":"${principal()}"`,
    });
  });

  it('leave the other account as it was, and the caller in its own', async () => {
    await put(`arn:aws:iam::${other.accountId}:user/ana`);
    expect((await mine.rest.get('/v1/users')).body.users).toEqual([]);
    expect((await other.rest.get('/v1/roles')).body.roles).toEqual([]);
  });
});
