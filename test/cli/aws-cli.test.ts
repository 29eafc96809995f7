import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sshpk from 'sshpk';
import { newCertificate } from '../support/certificates.js';
import { samlMetadata } from '../support/saml-metadata.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant } from '../support/tenant.js';

/** The unmodified AWS CLI, if it is installed. */
const isInstalled = spawnSync('aws', ['--version']).status === 0;

let files: string;

beforeAll(async () => {
  files = mkdtempSync(join(tmpdir(), 'walk-'));
  const { certificate, privateKey, der } = await newCertificate('site');
  const contents = {
    'certificate.pem': certificate,
    'private-key.pem': privateKey,
    'metadata.xml': samlMetadata('https://idp.example.com', der),
    'key.pub': sshpk.parsePrivateKey(privateKey, 'pem').toPublic().toString('ssh'),
  };
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(files, name), content);
});

afterAll(() => rmSync(files, { recursive: true }));

(isInstalled ? it : it.skip)(
  'the AWS CLI walks through what is built',
  async () => {
    const tenant = await newTenant(sharedServer().baseUrl);
    const { status, stdout, stderr } = spawnSync('bash', [fileURLToPath(new URL('./walk.sh', import.meta.url))], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        WALK_FILES: files,
        ACCOUNT_ID: tenant.accountId,
        AWS_ENDPOINT_URL: tenant.baseUrl,
        AWS_ACCESS_KEY_ID: tenant.accessKey.accessKeyId,
        AWS_SECRET_ACCESS_KEY: tenant.accessKey.secretAccessKey,
        AWS_DEFAULT_REGION: 'us-east-1',
      },
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('walked');
  },
  300_000,
);
