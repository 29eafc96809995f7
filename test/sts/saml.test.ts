import { ListUsersCommand } from '@aws-sdk/client-iam';
import { AssumeRoleWithSAMLCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { newCertificate } from '../support/certificates.js';
import { samlMetadata } from '../support/saml-metadata.js';
import { type Claims, encrypted, samlResponse, signed } from '../support/saml-response.js';
import { RestClient } from '../support/rest-client.js';
import { addRole, sessionClients, trusting } from '../support/sessions.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';

const { baseUrl } = sharedServer();
/** Signs nothing: it has no credentials. */
const sts = new STSClient({ endpoint: baseUrl, region: 'us-east-1', maxAttempts: 1 });
const issuer = 'https://idp.example.com';
const idp = await newCertificate('idp');
const evil = await newCertificate('evil');
/** The owner of the key that decrypts what the provider encrypts. */
const ours = await newCertificate('ours');
let tenant: Tenant;
let providerArn: string;
let roleArn: string;

beforeAll(async () => {
  tenant = await newTenant(baseUrl);
  const samlMetadataDocument = samlMetadata(issuer, idp.der);
  const created = await tenant.rest.post('/v1/saml-providers', { name: 'office', samlMetadataDocument });
  providerArn = created.body.samlProviderArn as string;
  const trust = trusting({
    Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession', 'sts:SetSourceIdentity'],
    Principal: { Federated: providerArn },
    Condition: {
      StringEquals: { 'saml:iss': issuer, 'saml:sub_type': 'persistent' },
      StringLike: { 'saml:sub': 'ana*' },
    },
  });
  roleArn = await addRole(tenant, trust);
});

const response = (claims: Partial<Claims> = {}) =>
  samlResponse({ issuer, role: `${roleArn},${providerArn}`, ...claims });
const good = (claims: Partial<Claims> = {}) => signed(response(claims), idp.privateKey);
const base64 = (xml: string) => Buffer.from(xml).toString('base64');
const assume = (xml: string, RoleArn = roleArn) =>
  sts.send(new AssumeRoleWithSAMLCommand({ RoleArn, PrincipalArn: providerArn, SAMLAssertion: base64(xml) }));
const invalid = { name: 'InvalidIdentityTokenException' };

it.each(['Assertion', 'Response'] as const)('gives a session when the %s is signed', async (element) => {
  const answer = await assume(signed(response(), idp.privateKey, element));
  expect(answer).toMatchObject({ Subject: 'ana', SubjectType: 'persistent', Issuer: issuer });
  expect(answer.Audience).toBe('https://signin.aws.amazon.com/saml');
  const session = sessionClients(baseUrl, answer.Credentials!);
  expect((await session.sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(answer.AssumedRoleUser!.Arn);
});

it('the session has the tags, the source identity and the duration of the assertion', async () => {
  const policyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: 'iam:ListUsers',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue', 'aws:SourceIdentity': 'ana' } },
    },
  });
  const roleName = roleArn.replace(/^.*\//, '');
  await tenant.rest.put(`/v1/roles/${roleName}/policies/tagged`, { policyDocument });
  const attributes = { 'PrincipalTag:team': 'blue', SourceIdentity: 'ana', SessionDuration: '1200' };
  const tagged = await assume(good({ attributes }));
  const left = () => tagged.Credentials!.Expiration!.getTime() - Date.now();
  expect(left()).toBeGreaterThan(1_100_000);
  expect(left()).toBeLessThanOrEqual(1_200_000);
  expect((await sessionClients(baseUrl, tagged.Credentials!).iam.send(new ListUsersCommand())).Users).toBeDefined();
  const plain = await assume(good());
  await expect(sessionClients(baseUrl, plain.Credentials!).iam.send(new ListUsersCommand())).rejects.toMatchObject({
    name: 'AccessDenied',
  });
  // The provider's own session ends earlier.
  const sessionEnd = Date.now() + 1_000_000;
  const short = await assume(good({ attributes, sessionEnd }));
  expect(short.Credentials!.Expiration!.getTime()).toBeLessThanOrEqual(sessionEnd);
  await expect(assume(good({ sessionEnd: Date.now() - 1 }))).rejects.toMatchObject({ name: 'ExpiredTokenException' });
});

/** Source: AWS STS API reference, AssumeRoleWithSAML, DurationSeconds; IAM User Guide, "SessionDuration". */
describe('the duration of a session', () => {
  beforeAll(async () => {
    const roleName = roleArn.replace(/^.*\//, '');
    expect((await tenant.rest.patch(`/v1/roles/${roleName}`, { maxSessionDuration: 3600 })).status).toBe(200);
  });

  const durationOf = async (DurationSeconds: number | undefined, SessionDuration: string | undefined) => {
    const attributes = SessionDuration === undefined ? {} : { SessionDuration };
    const before = Date.now();
    const { Credentials } = await sts.send(
      new AssumeRoleWithSAMLCommand({
        RoleArn: roleArn,
        PrincipalArn: providerArn,
        SAMLAssertion: base64(good({ attributes })),
        DurationSeconds,
      }),
    );
    // Expiration has whole seconds, and requests take time.
    const seconds = (Credentials!.Expiration!.getTime() - before) / 1000;
    return Math.floor(seconds / 300) * 300 + (seconds % 300 > 150 ? 300 : 0);
  };

  it.each<[string, number | undefined, string | undefined, number]>([
    ['an hour without either', undefined, undefined, 3600],
    ['what is asked for', 1800, undefined, 1800],
    ['the attribute, where it is shorter', 1800, '900', 900],
    ['the attribute, where nothing is asked for', undefined, '900', 900],
    ['what is asked for, where the attribute is longer', 1800, '7200', 1800],
    ['an hour, where the attribute is longer than the role allows', undefined, '43200', 3600],
    ['an hour, where the attribute is too short', undefined, '60', 3600],
    ['an hour, where the attribute is too long', undefined, '43201', 3600],
    ['an hour, where the attribute is no number', undefined, 'PT20M', 3600],
  ])('is %s', async (_, asked, attribute, expected) => {
    expect(await durationOf(asked, attribute)).toBe(expected);
  });

  it('is at most what the role allows', async () => {
    await expect(durationOf(7200, undefined)).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
  });
});

it('trust policies see what the directory says of the subject', async () => {
  const trust = trusting({
    Action: 'sts:AssumeRoleWithSAML',
    Principal: { Federated: providerArn },
    Condition: {
      'ForAnyValue:StringEquals': { 'saml:edupersonaffiliation': 'staff' },
      StringEquals: { 'saml:mail': 'ana@example.com' },
    },
  });
  const RoleArn = await addRole(tenant, trust);
  const claims = (affiliation: string, mail: string) => ({
    role: `${RoleArn},${providerArn}`,
    attributes: {
      'urn:oid:1.3.6.1.4.1.5923.1.1.1.1': affiliation,
      'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress': mail,
    },
  });
  await assume(good(claims('staff', 'ana@example.com')), RoleArn);
  for (const [affiliation, mail] of [
    ['student', 'ana@example.com'],
    ['staff', 'eve@example.com'],
  ] as const) {
    await expect(assume(good(claims(affiliation, mail)), RoleArn)).rejects.toMatchObject({ name: 'AccessDenied' });
  }
});

it('takes session tags, source identity and the pair in the other order, through REST', async () => {
  const attributes = {
    'PrincipalTag:team': 'blue',
    TransitiveTagKeys: 'team',
    SourceIdentity: 'ana',
    SessionDuration: '900',
  };
  const samlAssertion = base64(good({ role: `${providerArn}, ${roleArn}`, attributes }));
  const answer = await new RestClient(baseUrl).post('/v1/assume-role-with-saml', {
    roleArn,
    principalArn: providerArn,
    samlAssertion,
  });
  expect(answer).toMatchObject({ status: 201, body: { sourceIdentity: 'ana' } });
  const events = await tenant.rest.get('/v1/audit-events?operation=sts:AssumeRoleWithSAML');
  expect(JSON.stringify(events.body)).toContain(providerArn);
  expect(JSON.stringify(events.body)).not.toContain(samlAssertion);
});

it('an assertion is good once, however many show it at the same time', async () => {
  const xml = good();
  const answers = await Promise.allSettled([assume(xml), assume(xml), assume(xml)]);
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await expect(assume(xml)).rejects.toThrow('used already');
});

describe('refuses', () => {
  it('no signature, and another provider’s', async () => {
    await expect(assume(response())).rejects.toMatchObject(invalid);
    await expect(assume(signed(response(), evil.privateKey))).rejects.toMatchObject(invalid);
  });

  it.each([
    ['audience', { audience: 'https://elsewhere.example.com' }],
    ['recipient', { recipient: 'https://elsewhere.example.com/saml' }],
    ['issuer', { issuer: 'https://other.example.com' }],
    ['time to come', { issued: Date.now() + 600_000 }],
  ])('another %s', async (_, claims) => {
    await expect(assume(good(claims))).rejects.toMatchObject(invalid);
  });

  /** Threat: a provider's response without authentication is combined with an assertion from elsewhere. */
  it.each([
    ['another status', (xml: string) => xml.replace('status:Success', 'status:AuthnFailed')],
    ['no status', (xml: string) => xml.replace(/<samlp:Status>.*<\/samlp:Status>/, '')],
    ['two statuses', (xml: string) => xml.replace(/<samlp:Status>.*<\/samlp:Status>/, '$&$&')],
    [
      'a success inside of a failure',
      (xml: string) =>
        xml.replace(
          /<samlp:StatusCode Value="[^"]*"\/>/,
          (code) => `${code.replace('Success', 'Responder').replace('/>', '>')}${code}</samlp:StatusCode>`,
        ),
    ],
  ])('%s', async (_, change) => {
    await expect(assume(change(good()))).rejects.toMatchObject({
      ...invalid,
      message: expect.stringContaining('does not have the status Success'),
    });
  });

  it('an old assertion', async () => {
    await expect(assume(good({ issued: Date.now() - 600_000 }))).rejects.toMatchObject({
      name: 'ExpiredTokenException',
    });
  });

  it('a role that the assertion does not list, and a subject that the role does not trust', async () => {
    await expect(assume(good(), `${roleArn}-2`)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume(good({ nameId: 'eve' }))).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('what was changed after signing, and document types', async () => {
    await expect(assume(good().replace('>ana<', '>anabel<'))).rejects.toMatchObject(invalid);
    const declared = `<!DOCTYPE a [<!ENTITY x "y">]>${good()}`;
    await expect(assume(declared)).rejects.toThrow('document type');
    await expect(assume('not XML')).rejects.toMatchObject(invalid);
  });

  /** Threat: SHA-1: one signature for two documents. */
  it.each([{ signatureAlgorithm: 'sha1' }, { digestAlgorithm: 'sha1' }] as const)(
    'a signature that rests on SHA-1: %p',
    async (algorithms) => {
      for (const element of ['Assertion', 'Response'] as const) {
        await expect(assume(signed(response(), idp.privateKey, element, algorithms))).rejects.toMatchObject(invalid);
      }
    },
  );

  /** Threat: signature wrapping (Somorovsky et al., "On Breaking SAML", 2012): a forged assertion beside the signed one. */
  it('wrapped signatures', async () => {
    const original = /<saml:Assertion.*<\/saml:Assertion>/s.exec(good({ nameId: 'anabel' }))![0];
    const signature = /<Signature.*<\/Signature>/s.exec(original)![0];
    const bare = original.replace(signature, '');
    const forged = bare.replace('>anabel<', '>ana-admin<');
    const otherId = forged.replace(/ID="_a/, 'ID="_evil');
    const inside = (content: string) => response().replace(/<saml:Assertion.*<\/saml:Assertion>/s, () => content);
    const end = '</saml:Assertion>';
    const variants = [
      otherId + original,
      original + otherId,
      otherId.replace(end, original + end),
      otherId.replace(end, signature + end) + bare,
      otherId.replace(end, signature.replace('</Signature>', `<Object>${bare}</Object></Signature>`) + end),
      forged.replace(end, signature + end),
      `<samlp:Extensions>${original}</samlp:Extensions>${otherId}`,
      otherId.replace(end, `<saml:Advice>${original}</saml:Advice>${end}`),
    ];
    for (const variant of variants) await expect(assume(inside(variant))).rejects.toMatchObject(invalid);
  });

  /** Threat: a comment truncates the name (CERT VU#475445): ana<!---->.evil must not become ana. */
  it('to cut a name at a comment', async () => {
    const answer = await assume(good({ nameId: 'ana.evil' }).replace('>ana.evil<', '>ana<!---->.evil<'));
    expect(answer.Subject).toBe('ana.evil');
  });
});

describe('a provider that must encrypt', () => {
  let sealedArn: string;
  let sealedRole: string;

  beforeAll(async () => {
    const provider = await tenant.rest.post('/v1/saml-providers', {
      name: 'sealed',
      samlMetadataDocument: samlMetadata(issuer, idp.der),
      assertionEncryptionMode: 'Required',
      addPrivateKey: ours.privateKey,
    });
    sealedArn = provider.body.samlProviderArn as string;
    const trust = trusting({ Action: 'sts:AssumeRoleWithSAML', Principal: { Federated: sealedArn } });
    sealedRole = await addRole(tenant, trust);
  });

  const plain = (algorithms = {}) =>
    signed(response({ role: `${sealedRole},${sealedArn}` }), idp.privateKey, 'Assertion', algorithms);
  const assumeSealed = (xml: string) =>
    sts.send(
      new AssumeRoleWithSAMLCommand({ RoleArn: sealedRole, PrincipalArn: sealedArn, SAMLAssertion: base64(xml) }),
    );

  it('has its assertions opened', async () => {
    expect(await assumeSealed(await encrypted(plain(), ours.certificate))).toMatchObject({ Subject: 'ana' });
  });

  /** Threats: somebody with its signing key sends unencrypted assertions, or encrypts unsigned ones. */
  it('is refused in the clear, for another key, without a signature, and with a weak one', async () => {
    const unsigned = response({ role: `${sealedRole},${sealedArn}` });
    for (const xml of [
      plain(),
      `${plain()}<!-- <EncryptedAssertion > -->`,
      await encrypted(plain(), evil.certificate),
      await encrypted(unsigned, ours.certificate),
      await encrypted(signed(unsigned, evil.privateKey), ours.certificate),
      await encrypted(plain({ signatureAlgorithm: 'sha1' }), ours.certificate),
    ]) {
      await expect(assumeSealed(xml)).rejects.toMatchObject(invalid);
    }
  });
});
