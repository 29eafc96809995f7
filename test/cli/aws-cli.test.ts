import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { sharedServer } from '../support/shared-server.js';
import { newTenant } from '../support/tenant.js';

/** The unmodified AWS CLI, where it is installed. */
const isInstalled = spawnSync('aws', ['--version']).status === 0;

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
