import { readShippedPolicies } from '../../src/platform/platform-policies/shipped-policies.js';
import { mayAllowTest, parsePolicy } from 'gatehouse-policy-engine';
import { RestClient } from '../support/rest-client.js';
import { sharedServer } from '../support/shared-server.js';

/** Name patterns of read operations. */
const READ_ONLY = /ReadOnly|ViewOnly|Audit|SupportUser/;

/** Operations that AWS's Service Authorization Reference calls Write, and why read-only callers may call them. */
const harmless: Readonly<Record<string, string>> = {
  'sts:DecodeAuthorizationMessage': 'it shows what a denial has said, and changes nothing',
  'sts:GetDelegatedAccessToken': 'it needs an exchange token, which the policy does not let anybody retrieve',
  'sts:GetWebIdentityToken': 'it tells others who the caller is, once the account has enabled that',
};

const policies = readShippedPolicies().filter(({ name }) => READ_ONLY.test(name));

async function operationsThatWrite(): Promise<string[]> {
  const { paths } = (await new RestClient(sharedServer().baseUrl).get('/docs/openapi.json')).body as {
    paths: Record<string, Record<string, { description?: string }>>;
  };
  const notes = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map(({ description = '' }) => /Permission: `([^`]+)` \(([^)]+)\)/.exec(description)),
  );
  return notes.filter((note) => note && !['List', 'Read'].includes(note[2]!)).map((note) => note![1]!);
}

/** Threat: a read-only caller gets the permission for a change through a wildcard over the names of operations. */
it('no shipped read-only policy allows an operation that does more than list and read', async () => {
  const writes = await operationsThatWrite();
  expect(writes.length).toBeGreaterThan(100);
  expect(policies.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['ReadOnlyAccess', 'SecurityAudit', 'SupportUser', 'ViewOnlyAccess', 'IAMReadOnlyAccess']),
  );
  const allowed = policies.flatMap(({ name, document }) => {
    const mayAllow = mayAllowTest([parsePolicy(document, 'identity')]);
    return writes.filter((action) => !(action in harmless) && mayAllow(action)).map((action) => `${name}: ${action}`);
  });
  expect(allowed).toEqual([]);
});
