/**
 * A function service: it runs a customer's function in a separate process, with the role that the customer passed. The
 * function fetches the role's credentials like a container.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  createServiceRole,
  createUser,
  customerRequest,
  gatehouse,
  openAccount,
  registerService,
  requirePassRole,
} from '../lib/platform.mjs';

const functions = await registerService('functions', ['CreateFunction'], 'function');
const customer = await openAccount();
const roleArn = await createServiceRole(customer, functions, ['iam:ListUsers']);
const engineer = await createUser(customer, functions, roleArn);

// The service checks whether the customer may create the function with this role. The function then gets its own token.
const resourceArn = `arn:aws:${functions.prefix}:eu-1:${customer.accountId}:function/report`;
const request = await customerRequest(engineer, functions, { create: 'report', role: roleArn });
const { principal } = await requirePassRole(functions, request, `${functions.prefix}:CreateFunction`, {
  roleArn,
  resourceArn,
});
console.log(`${principal} creates ${resourceArn}`);
const workload = { roleArn, resourceArn, durationSeconds: 900 };
const { authorizationToken } = await functions.call('POST', '/v1/workloads', workload);

const handler = spawn(process.execPath, [fileURLToPath(new URL('handler.mjs', import.meta.url))], {
  env: {
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: gatehouse,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: new URL('/v1/workload-credentials', gatehouse).href,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: authorizationToken,
  },
  stdio: ['ignore', 'inherit', 'inherit'],
});
const [code] = await once(handler, 'exit');
await functions.deregister();
process.exitCode = code;
