import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { addRole, trusting } from '../support/sessions.js';
import { sharedServer } from '../support/shared-server.js';
import { allow, newTenant, type Tenant, type TestUser } from '../support/tenant.js';

const { baseUrl } = sharedServer();
const hasCli = spawnSync('aws', ['--version']).status === 0;
let directory: string;
let tenant: Tenant;
let ana: TestUser;
let roleArn: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gatehouse-cli-'));
  tenant = await newTenant(baseUrl);
  ana = await tenant.addUser('ana', allow('sts:AssumeRole'));
  const condition = { StringEquals: { 'sts:ExternalId': 'from-the-profile' } };
  roleArn = await addRole(tenant, trusting({ Principal: { AWS: ana.arn }, Condition: condition }), 'iam:ListUsers');
  const { accessKeyId, secretAccessKey } = ana.accessKey;
  const profiles = [
    ['[profile ana]', `aws_access_key_id = ${accessKeyId}`, `aws_secret_access_key = ${secretAccessKey}`],
    ['[profile role]', `role_arn = ${roleArn}`, 'source_profile = ana', 'external_id = from-the-profile'],
    ['[profile stranger]', `role_arn = ${roleArn}`, 'source_profile = ana', 'external_id = made-up'],
  ];
  await writeFile(join(directory, 'config'), profiles.map((lines) => lines.join('\n')).join('\n\n'));
});
afterAll(() => rm(directory, { recursive: true }));

async function cli(profile: string, ...command: string[]): Promise<unknown> {
  const env = {
    PATH: process.env.PATH,
    HOME: directory,
    AWS_CONFIG_FILE: join(directory, 'config'),
    AWS_ENDPOINT_URL: baseUrl,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
  };
  const { stdout } = await promisify(execFile)('aws', [...command, '--profile', profile, '--output', 'json'], { env });
  return JSON.parse(stdout);
}

/** If the AWS CLI is installed: its profiles work unchanged. */
(hasCli ? describe : describe.skip)('a profile of the AWS CLI with role_arn and source_profile', () => {
  it('acts as the role', async () => {
    const name = roleArn.split('/').at(-1)!;
    expect(await cli('role', 'sts', 'get-caller-identity')).toMatchObject({
      Account: tenant.accountId,
      Arn: expect.stringContaining(`assumed-role/${name}/`),
    });
    expect(await cli('role', 'iam', 'list-users')).toHaveProperty('Users');
  });

  it('is refused as the trust policy says', async () => {
    await expect(cli('stranger', 'sts', 'get-caller-identity')).rejects.toThrow('AccessDenied');
  });
});
