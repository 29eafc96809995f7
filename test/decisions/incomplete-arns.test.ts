import { sharedServer } from '../support/shared-server.js';
import { managementTenant, newTenant, type Tenant } from '../support/tenant.js';

/**
 * Threat: an administrator denies all of a service with `Deny` on `arn:aws:orders`, which AWS interprets as
 * `arn:aws:orders:*:*:*`, and the principal can still use it.
 */
let tenant: Tenant;
let platform: Tenant;
let orderArn: string;

beforeAll(async () => {
  const { baseUrl } = sharedServer();
  tenant = await newTenant(baseUrl);
  platform = await managementTenant(baseUrl);
  orderArn = `arn:aws:orders:eu-1:${tenant.accountId}:order/42`;
});

const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });

async function verdictFor(name: string, document: object): Promise<string> {
  const { arn } = await tenant.addUser(name, document);
  const { body } = await platform.rest.post('/access/v1/evaluation', {
    subject: { type: 'principal', id: arn },
    action: { name: 'orders:GetOrder' },
    resource: { type: 'order', id: orderArn },
  });
  return (body as { context: { verdict: string } }).context.verdict;
}

it('a Deny with Resource holds', async () => {
  const deny = { Effect: 'Deny', Action: '*', Resource: 'arn:aws:orders' };
  expect(await verdictFor('denied', policy(everything, deny))).toBe('explicitDeny');
});

it('an Allow with NotResource spares them', async () => {
  const allow = { Effect: 'Allow', Action: '*', NotResource: ['arn:aws:orders'] };
  expect(await verdictFor('spared', policy(allow))).toBe('implicitDeny');
});
