import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rootUser } from '../support/server.js';
import { sharedServer } from '../support/shared-server.js';

const run = promisify(execFile);

/** The examples, as a reader runs them. */
async function example(name: string): Promise<string> {
  const file = fileURLToPath(new URL(`../../examples/${name}/main.mjs`, import.meta.url));
  const env = {
    GATEHOUSE_URL: sharedServer().baseUrl,
    GATEHOUSE_ROOT_EMAIL: rootUser.email,
    GATEHOUSE_ROOT_PASSWORD: rootUser.password,
  };
  return (await run(process.execPath, [file], { env })).stdout;
}

it('a compute instance gets its credentials from the metadata service', async () => {
  expect(await example('compute-instance')).toMatch(
    /^arn:aws:iam::\d{12}:user\/engineer-\w+ runs \S+:instance\/i-1\nThe instance sees 1 user of its account\.\n$/,
  );
});

it('a function gets its credentials as a container does', async () => {
  expect(await example('function')).toMatch(
    /creates \S+:function\/report\nThe function is arn:aws:sts::\d{12}:assumed-role\/for-functions-\w+\/report\n$/,
  );
});

it('a stack deployer works as the role that it was handed', async () => {
  expect(await example('stack-deployer')).toMatch(
    /creates \S+:stack\/team with \S+:role\/for-stacks-\w+\nThe stack is created\.\nWhat the role does not permit ends in AccessDenied\.\nThe stack is deleted\.\n$/,
  );
});
