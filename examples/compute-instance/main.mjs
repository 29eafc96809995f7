/**
 * A compute service: its customer starts an instance with an instance profile, and programs on the instance find the
 * role's credentials where AWS's SDKs expect them, in the instance metadata service.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { fromInstanceMetadata } from '@aws-sdk/credential-providers';
import {
  createServiceRole,
  createUser,
  customerRequest,
  gatehouse,
  openAccount,
  registerService,
  requirePassRole,
} from '../lib/platform.mjs';

const compute = await registerService('compute', ['RunInstance'], 'instance');
const customer = await openAccount();
const roleArn = await createServiceRole(customer, compute, ['iam:ListUsers']);
const engineer = await createUser(customer, compute, roleArn);
await customer.call('POST', '/v1/instance-profiles', { instanceProfileName: 'web' });
await customer.call('PUT', `/v1/instance-profiles/web/roles/${roleArn.split('/').at(-1)}`);
const instanceProfileArn = `arn:aws:iam::${customer.accountId}:instance-profile/web`;

// The service checks whether the customer may run an instance with this profile. The instance then gets its own token.
const resourceArn = `arn:aws:${compute.prefix}:eu-1:${customer.accountId}:instance/i-1`;
const request = await customerRequest(engineer, compute, { run: 'i-1', profile: instanceProfileArn });
const { principal } = await requirePassRole(compute, request, `${compute.prefix}:RunInstance`, {
  instanceProfileArn,
  resourceArn,
});
console.log(`${principal} runs ${resourceArn}`);
const { authorizationToken } = await compute.call('POST', '/v1/workloads', { instanceProfileArn, resourceArn });

// The host of the instance: the agent holds the token. On a real host it listens on 169.254.169.254.
const directory = await mkdtemp(join(tmpdir(), 'instance-'));
const tokenFile = join(directory, 'token');
await writeFile(tokenFile, authorizationToken, { mode: 0o600 });
const agentProgram = fileURLToPath(new URL('../../packages/workload-agent/dist/main.js', import.meta.url));
const agent = spawn(process.execPath, [agentProgram], {
  env: { GATEHOUSE_URL: gatehouse, GATEHOUSE_WORKLOAD_TOKEN_FILE: tokenFile, HOST: '127.0.0.1', PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [line] = await once(agent.stdout, 'data');

// A program on the instance: it has no secret and knows only the address of Gatehouse.
try {
  process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT = /http:\S+/.exec(String(line))[0];
  const iam = new IAMClient({ endpoint: gatehouse, region: 'us-east-1', credentials: fromInstanceMetadata() });
  const { Users } = await iam.send(new ListUsersCommand({}));
  console.log(`The instance sees ${Users.length} user of its account.`);
} finally {
  agent.kill();
  await rm(directory, { recursive: true });
  await compute.deregister();
}
