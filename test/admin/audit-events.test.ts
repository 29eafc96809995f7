import { randomUUID } from 'node:crypto';
import { commands } from '../../src/ops/admin/commands.js';
import { runAdmin } from '../support/admin-command.js';
import { newDataDirectory, removeDataDirectory } from '../support/run-directory.js';
import { rootUser, type RunningServer, startServer } from '../support/server.js';
import { signIn } from '../support/tenant.js';

/** Threat: an operator's command affects an account, and no audit log shows it. */

/** How each command is run, and the resulting events of the management account. A new command must be added here. */
const recorded: Readonly<Record<string, { readonly options: readonly string[]; readonly operation: string }>> = {
  'create-account': {
    options: ['--name', 'Shop', '--email', `${randomUUID()}@shop.test`],
    operation: 'gatehouse:CreateAccount',
  },
  'seed-demo': { options: ['--accounts', '1', '--users', '1'], operation: 'gatehouse:CreateAccount' },
  'rotate-signing-keys': { options: ['--revoke'], operation: 'gatehouse:RotateSigningKeys' },
  'rotate-master-key': { options: [], operation: 'gatehouse:RotateMasterKey' },
  // Last: it changes the password that the test signs in with.
  'reset-root': { options: [], operation: 'gatehouse:ResetRootUser' },
};

let dataDirectory: string;
let server: RunningServer;

beforeAll(async () => {
  dataDirectory = await newDataDirectory();
  server = await startServer({ dataDirectory });
});
afterAll(async () => {
  await server.stop();
  await removeDataDirectory(dataDirectory);
});

async function recordedBy(password: string): Promise<{ operation: string; callerArn: string }[]> {
  const rest = await signIn(server.baseUrl, rootUser.email, password);
  return (await rest.get('/v1/audit-events?principal=operator&maxItems=500')).body.events;
}

it('knows every command', () => {
  expect(Object.keys(recorded).sort()).toEqual(Object.keys(commands).sort());
});

it.each(Object.entries(recorded))('%s is in the audit log of the management account', async (name, command) => {
  const before = await recordedBy(rootUser.password);
  const { status, stdout } = runAdmin([name, ...command.options], { GATEHOUSE_DATA_DIR: dataDirectory });
  expect(status).toBe(0);
  const password = name === 'reset-root' ? /^Password (\S+)$/m.exec(stdout)![1]! : rootUser.password;
  const after = await recordedBy(password);
  const added = after.slice(0, after.length - before.length);
  expect(added.map(({ operation }) => operation)).toContain(command.operation);
});
