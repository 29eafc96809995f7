import { CreateServiceLinkedRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { definitionOf, newPrefix } from '../support/services.js';
import { sharedServer } from '../support/shared-server.js';
import { managementTenant, newTenant } from '../support/tenant.js';

it('a registered service names its role', async () => {
  const { baseUrl } = sharedServer();
  const management = await managementTenant(baseUrl);
  const tenant = await newTenant(baseUrl);
  const prefix = newPrefix();
  const definition = { prefix, ...definitionOf(prefix), serviceLinkedRoleName: 'AWSServiceRoleForShopOrders' };
  const registered = await management.rest.post('/v1/services', definition);
  expect(registered).toMatchObject({
    status: 201,
    body: { service: { serviceLinkedRoleName: 'AWSServiceRoleForShopOrders' } },
  });
  const { Role } = await tenant.iam.send(
    new CreateServiceLinkedRoleCommand({ AWSServiceName: `${prefix}.example.com` }),
  );
  expect(Role!.RoleName).toBe('AWSServiceRoleForShopOrders');
  expect(Role!.Arn).toBe(
    `arn:aws:iam::${tenant.accountId}:role/aws-service-role/${prefix}.example.com/AWSServiceRoleForShopOrders`,
  );
  await tenant.iam.send(new GetRoleCommand({ RoleName: 'AWSServiceRoleForShopOrders' }));
  const misnamed = await management.rest.put(`/v1/services/${prefix}`, {
    ...definitionOf(prefix),
    serviceLinkedRoleName: 'Administrator',
  });
  expect(misnamed.status).toBe(400);
});
