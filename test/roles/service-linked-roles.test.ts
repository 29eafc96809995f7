import { sharedServer } from '../support/shared-server.js';
import { allow, managementTenant, newTenant } from '../support/tenant.js';

describe('a service-linked role', () => {
  it('has the permissions that the operator gives the service, and nobody can change or borrow them', async () => {
    const { baseUrl } = sharedServer();
    const operator = await managementTenant(baseUrl);
    const tenant = await newTenant(baseUrl);
    const policyDocument = JSON.stringify(allow('orders:*'));
    const put = await operator.rest.put('/v1/platform-policies/ShippingServiceRolePolicy', {
      path: '/aws-service-role/',
      policyDocument,
    });
    expect(put.status).toBe(200);
    const policyArn = 'arn:aws:iam::aws:policy/aws-service-role/ShippingServiceRolePolicy';

    const created = await tenant.rest.post('/v1/service-linked-roles', { awsServiceName: 'shipping.example.com' });
    const { roleName } = created.body.role as { roleName: string };
    expect(roleName).toBe('AWSServiceRoleForShipping');
    const { attachedPolicies } = (await tenant.rest.get(`/v1/roles/${roleName}/attached-policies`)).body;
    expect(attachedPolicies).toEqual([{ policyName: 'ShippingServiceRolePolicy', policyArn }]);

    const own = `/v1/roles/${roleName}/attached-policies?policyArn=${policyArn}`;
    expect((await tenant.rest.delete(own)).body.code).toBe('UnmodifiableEntity');
    await tenant.rest.post('/v1/users', { userName: 'ana' });
    const borrowed = await tenant.rest.put(`/v1/users/ana/attached-policies?policyArn=${policyArn}`);
    expect(borrowed.body.code).toBe('PolicyNotAttachable');

    const deleted = await tenant.rest.delete(`/v1/service-linked-roles/${roleName}`);
    expect(deleted.status).toBe(202);
    expect((await tenant.rest.get(`/v1/roles/${roleName}`)).status).toBe(404);
    await operator.rest.delete(`/v1/platform-policies?policyArn=${policyArn}`);
  });
});
