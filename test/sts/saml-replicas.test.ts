import { newCertificate } from '../support/certificates.js';
import { type Replicas, startReplicas } from '../support/replicas.js';
import { RestClient } from '../support/rest-client.js';
import { samlMetadata } from '../support/saml-metadata.js';
import { samlResponse, signed } from '../support/saml-response.js';
import { addRole, trusting } from '../support/sessions.js';
import { newTenant } from '../support/tenant.js';

let replicas: Replicas;

beforeAll(async () => {
  replicas = await startReplicas();
});
afterAll(() => replicas?.stop());

/** Threat: an intercepted assertion is presented to another server, or to a restarted one. */
it('an assertion is good once, on whichever replica it is shown', async () => {
  const issuer = 'https://idp.example.com';
  const [one, other] = [await replicas.start(), await replicas.start()];
  const tenant = await newTenant(one.baseUrl);
  const idp = await newCertificate('idp');
  const samlMetadataDocument = samlMetadata(issuer, idp.der);
  const { body } = await tenant.rest.post('/v1/saml-providers', { name: 'office', samlMetadataDocument });
  const principalArn = body.samlProviderArn as string;
  const trust = trusting({ Action: 'sts:AssumeRoleWithSAML', Principal: { Federated: principalArn } });
  const roleArn = await addRole(tenant, trust);
  const assertion = () => {
    const xml = signed(samlResponse({ issuer, role: `${roleArn},${principalArn}` }), idp.privateKey);
    return Buffer.from(xml).toString('base64');
  };
  const show = ({ baseUrl }: { baseUrl: string }, samlAssertion: string) =>
    new RestClient(baseUrl).post('/v1/assume-role-with-saml', { roleArn, principalArn, samlAssertion });

  const shown = assertion();
  const answers = await Promise.all([one, other, one, other].map((server) => show(server, shown)));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400]);
  await one.stop();
  const anew = await replicas.start();
  expect((await show(anew, shown)).body).toMatchObject({ code: 'InvalidIdentityToken' });
  expect((await show(anew, assertion())).status).toBe(201);
});
