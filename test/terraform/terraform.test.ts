import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sshpk from 'sshpk';
import { newCertificate } from '../support/certificates.js';
import { samlMetadata } from '../support/saml-metadata.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';
import { findTerraform, runTerraform, type Terraform } from './terraform.js';

const terraform = findTerraform();

/** Terraform's AWS provider, unmodified: only the endpoint differs. */
(terraform ? describe : describe.skip)('terraform', () => {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-terraform-'));
  let tenant: Tenant;
  let environment: Record<string, string>;

  const run = async (...parameters: string[]) => {
    const { code, output } = await runTerraform(terraform as Terraform, directory, environment, ...parameters);
    if (code !== 0) throw new Error(output.slice(-4000));
    return output;
  };
  /** A plan that would change something fails, with the changes. */
  const findNothingToDo = () => run('plan', '-detailed-exitcode');

  beforeAll(async () => {
    tenant = await newTenant(sharedServer().baseUrl);
    const { accessKeyId, secretAccessKey } = tenant.accessKey;
    const { certificate, privateKey, der } = await newCertificate('shop');
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = publicKey.export({ type: 'spki', format: 'pem' });
    environment = {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      TF_VAR_endpoint: tenant.baseUrl,
      TF_VAR_certificate: certificate,
      TF_VAR_private_key: privateKey,
      TF_VAR_saml_metadata: samlMetadata('https://idp.example.com', der),
      TF_VAR_ssh_public_key: sshpk.parseKey(pem, 'pem').toString('ssh').split(' ').slice(0, 2).join(' '),
    };
    cpSync(fileURLToPath(new URL('./configuration', import.meta.url)), directory, { recursive: true });
    await run('init', `-plugin-dir=${(terraform as Terraform).pluginDirectory}`);
  }, 300_000);

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('applies, and finds nothing more to do', async () => {
    await run('apply', '-auto-approve');
    await findNothingToDo();
  }, 600_000);

  it('changes in place, and finds nothing more to do', async () => {
    environment = { ...environment, TF_VAR_suffix: 'two' };
    await run('apply', '-auto-approve');
    await findNothingToDo();
  }, 600_000);

  it('imports what it has forgotten', async () => {
    const { accountId } = tenant;
    const imported = {
      'aws_iam_user.ana': 'ana',
      'aws_iam_group.staff': 'staff',
      'aws_iam_role.instance': 'instance',
      'aws_iam_policy.orders': `arn:aws:iam::${accountId}:policy/shop/orders`,
      'aws_iam_instance_profile.instance': 'instance',
      'aws_iam_saml_provider.office': `arn:aws:iam::${accountId}:saml-provider/office`,
      'aws_iam_openid_connect_provider.ci': `arn:aws:iam::${accountId}:oidc-provider/token.ci.example.com`,
      'aws_iam_virtual_mfa_device.phone': `arn:aws:iam::${accountId}:mfa/staff/phone`,
    };
    await run('state', 'rm', ...Object.keys(imported));
    const blocks = Object.entries(imported).map(([address, id]) => `import {\n  to = ${address}\n  id = "${id}"\n}\n`);
    const file = join(directory, 'imports.tf');
    writeFileSync(file, blocks.join(''));
    // A seed that was returned once is unknown after an import; nothing else may differ.
    expect(await run('apply', '-auto-approve')).toContain('8 imported, 0 added, 0 changed, 0 destroyed');
    rmSync(file);
  }, 600_000);

  it('destroys everything', async () => {
    await run('destroy', '-auto-approve');
    for (const kind of ['users', 'groups', 'roles', 'policies?scope=Local', 'instance-profiles', 'saml-providers']) {
      const { body } = await tenant.rest.get(`/v1/${kind}`);
      const list = Object.values(body as Record<string, unknown>).find(Array.isArray);
      expect(list).toEqual([]);
    }
  }, 600_000);
});
