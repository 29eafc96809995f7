import { newCertificate } from '../support/certificates.js';
import { startWatchedServer, type WatchedServer } from '../support/loop-watch.js';
import { RestClient } from '../support/rest-client.js';
import { samlMetadata } from '../support/saml-metadata.js';
import { cheapHashes } from '../support/server.js';
import { newTenant, type Tenant } from '../support/tenant.js';
import { expectShortTurns } from '../budget/short-turns.js';

/**
 * Threat: AssumeRoleWithSAML and AssumeRoleWithWebIdentity are not signed, so a stranger without an account can keep
 * the server busy with junk: half a second of processor time for each 70 KB.
 */
let server: WatchedServer;
let tenant: Tenant;
let stranger: RestClient;
let principalArn: string;
const { der } = await newCertificate('idp');
const metadata = samlMetadata('https://idp.example.com', der);

beforeAll(async () => {
  server = await startWatchedServer({ environment: cheapHashes });
  tenant = await newTenant(server.baseUrl);
  stranger = new RestClient(server.baseUrl);
  const provider = await tenant.rest.post('/v1/saml-providers', { name: 'office', samlMetadataDocument: metadata });
  principalArn = provider.body.samlProviderArn as string;
});

afterAll(() => server.stop());

const repeated = (text: string, length: number) => text.repeat(Math.floor(length / text.length));
const attributes = Array.from({ length: 5_000 }, (_, index) => `a${index}=""`).join(' ');

function assume(xml: string) {
  const roleArn = `arn:aws:iam::${tenant.accountId}:role/any`;
  const samlAssertion = Buffer.from(xml).toString('base64');
  return stranger.post('/v1/assume-role-with-saml', { roleArn, principalArn, samlAssertion });
}

it.each([
  ['elements', `<Response><Assertion>${repeated('<Signature/>', 70_000)}</Assertion></Response>`],
  ['levels', repeated('<Response>', 70_000)],
  ['attributes', `<Response ${attributes}/>`],
  ['comments', repeated('<!--', 70_000)],
  ['as much as is allowed', `<Response>${'<Signature a="" b=""/>'.repeat(3_000)}</Response>`],
  ['text', `<Response>${'&amp;'.repeat(14_000)}</Response>`],
])('junk with many %s does not hold the event loop', async (what, xml) => {
  const answer = await expectShortTurns(server, what, () => assume(xml));
  expect([answer.status, answer.body.code]).toEqual([400, 'InvalidIdentityToken']);
});

it.each([
  ['levels', metadata.replace('</md:EntityDescriptor>', `${'<a>'.repeat(60_000)}${'</a>'.repeat(60_000)}$&`)],
  [
    'attributes',
    metadata
      .replace('?>', `?><!-- -->`)
      .replace('entityID', `${attributes} ${attributes.replaceAll('a', 'b')} entityID`),
  ],
  ['elements', metadata.replace('</md:EntityDescriptor>', `${'<a/>'.repeat(150_000)}$&`)],
])('nor does metadata with many %s, which is refused when a provider is made or changed', async (what, document) => {
  const input = { samlMetadataDocument: document };
  const create = () => tenant.rest.post('/v1/saml-providers', { name: 'large', ...input });
  const update = () => tenant.rest.patch('/v1/saml-providers', { samlProviderArn: principalArn, ...input });
  for (const send of [create, update]) {
    const answer = await expectShortTurns(server, what, send);
    expect(answer.body).toMatchObject({ code: 'InvalidInput', detail: expect.stringContaining(what) });
  }
});

it('who goes on sending junk to an account has to wait, and others do not', async () => {
  let answer = await assume('<Response/>');
  for (let tries = 0; tries < 100 && answer.status !== 429; tries += 1) answer = await assume('<Response/>');
  expect(answer.body.code).toBe('Throttling');
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  const other = await newTenant(server.baseUrl);
  const elsewhere = await stranger.post('/v1/assume-role-with-web-identity', {
    roleArn: `arn:aws:iam::${other.accountId}:role/any`,
    roleSessionName: 'build',
    webIdentityToken: 'junk',
  });
  expect(elsewhere.body.code).toBe('InvalidIdentityToken');
});
