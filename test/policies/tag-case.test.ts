import { DeletePolicyCommand } from '@aws-sdk/client-iam';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';

/**
 * Threat: keys of a managed policy's tags are case-sensitive, condition keys are not. Someone who may act on policies
 * of one team adds a second tag, `Team` in addition to `team`, hoping that the decision uses the matching one.
 */
let tenant: Tenant;

const document = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' } };
const denied = { name: 'AccessDenied' };

beforeAll(async () => {
  tenant = await newTenant(sharedServer().baseUrl);
});

async function aPolicy(...tags: [string, string][]): Promise<DeletePolicyCommand> {
  const { body } = await tenant.rest.post('/v1/policies', {
    policyName: `policy-${tags.flat().join('-')}`,
    policyDocument: JSON.stringify(document),
    tags: tags.map(([key, value]) => ({ key, value })),
  });
  return new DeletePolicyCommand({ PolicyArn: body.policy.arn as string });
}

const statement = (effect: string, team?: string) => ({
  Effect: effect,
  Action: 'iam:DeletePolicy',
  Resource: '*',
  ...(team === undefined ? {} : { Condition: { StringEquals: { 'aws:ResourceTag/Team': team } } }),
});

it('an Allow needs both values to match', async () => {
  const { iam } = await tenant.addUser('allowed', { Version: '2012-10-17', Statement: [statement('Allow', 'blue')] });
  await expect(iam.send(await aPolicy(['team', 'blue'], ['Team', 'red']))).rejects.toMatchObject(denied);
  await expect(iam.send(await aPolicy(['team', 'red'], ['Team', 'blue']))).rejects.toMatchObject(denied);
  await iam.send(await aPolicy(['team', 'blue'], ['TEAM', 'blue']));
});

it('a Deny needs one', async () => {
  const { iam } = await tenant.addUser('denied', {
    Version: '2012-10-17',
    Statement: [statement('Allow'), statement('Deny', 'secret')],
  });
  await expect(iam.send(await aPolicy(['team', 'secret'], ['Team', 'x']))).rejects.toMatchObject(denied);
  await expect(iam.send(await aPolicy(['team', 'x'], ['Team', 'secret']))).rejects.toMatchObject(denied);
  await iam.send(await aPolicy(['team', 'x'], ['Team', 'y']));
});
