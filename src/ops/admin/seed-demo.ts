import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { Settings } from '../../kernel/config/settings.js';
import { withLogin } from '../../kernel/database/command-database.js';
import { createApp } from '../../create-app.js';
import { generatePassword } from '../../kernel/secrets/generated-password.js';
import { newAccountId } from '../../kernel/unique-ids.js';
import { CommandError } from './command-error.js';
import type { Operator } from './operator.js';
import { progressBar } from './progress.js';

/** Reserved for examples (RFC 2606): mails are never delivered. */
const DOMAIN = 'demo.example';

const NAMES = ['Harbour Books', 'Bike Garage', 'Corner Bakery', 'Night Post', 'Garden Supply'];
const PEOPLE = ['ana', 'ben', 'chloe', 'dev', 'eva', 'finn', 'gita', 'hugo', 'ines', 'jon', 'kira', 'liam'];

const statement = (actions: readonly string[], resource = '*') =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: resource }],
  });

/** Groups with one inline policy each; people are assigned in turn. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  administrators: ['*'],
  developers: ['orders:*', 'iam:Get*', 'iam:List*'],
  auditors: ['iam:Get*', 'iam:List*', 'cloudtrail:LookupEvents'],
};

interface Owner {
  readonly accountId: string;
  readonly email: string;
  readonly password: string;
}

interface Credentials {
  readonly account: string;
  readonly email: string;
  readonly password: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * Fills an installation with demo data: accounts with users, groups, roles and policies. Everything except the accounts
 * is created through the API, as their root users, so all rules apply and the audit logs record it.
 *
 * @param accounts 1 to 20
 * @param users per account, 1 to 200
 * @throws CommandError if the demo data already exists
 */
export async function seedDemo(operator: Operator, accounts: number, users: number): Promise<string> {
  if (await operator.accounts.findByRootEmail(emailOf(0))) throw new CommandError('The demo data already exists.');
  return withServer(operator.settings, async (server) => {
    const advanced = progressBar('demo accounts');
    const made: Credentials[] = [];
    for (let number = 0; number < accounts; number += 1) {
      const owner = await createAccount(operator, number);
      made.push(await fill(new Api(server), owner, users));
      advanced(number + 1, accounts);
    }
    return made.map(shown).join('\n\n');
  });
}

/** A server that does not listen, in addition to others on the database. */
async function withServer<T>(settings: Settings, work: (server: FastifyInstance) => Promise<T>): Promise<T> {
  return withLogin(settings, async (login) => {
    const url = login.connectionString ?? urlOf(login);
    const app = await createApp(Settings.fromEnvironment({ ...process.env, DATABASE_URL: url, LOG_LEVEL: 'error' }));
    try {
      return await work(app.getHttpAdapter().getInstance());
    } finally {
      await app.close();
    }
  });
}

async function createAccount({ database, accounts, record }: Operator, number: number): Promise<Owner> {
  const accountId = newAccountId();
  const account = { name: nameOf(number), email: emailOf(number), password: generatePassword() };
  const { name, email } = account;
  await database.forAccount(accountId, async (tx) => {
    await accounts.create(tx, accountId, account);
    await record(tx, accountId, 'gatehouse:CreateAccount', { name, email });
  });
  return { ...account, accountId };
}

async function fill(api: Api, { accountId, email, password }: Owner, users: number): Promise<Credentials> {
  await api.signIn(email, password);
  const policy = await api.call('POST', '/v1/policies', {
    policyName: 'read-orders',
    policyDocument: statement(['orders:Get*', 'orders:List*'], `arn:aws:orders:*:${accountId}:order/*`),
    description: 'For services that read orders',
  });
  for (const [groupName, actions] of Object.entries(GROUPS)) {
    await api.call('POST', '/v1/groups', { groupName });
    await api.call('PUT', `/v1/groups/${groupName}/policies/what-they-do`, { policyDocument: statement(actions) });
  }
  const groups = Object.keys(GROUPS);
  for (let number = 0; number < users; number += 1) {
    const group = groups[number % groups.length]!;
    const userName = personOf(number);
    await api.call('POST', '/v1/users', { userName, path: `/${group}/`, tags: [{ key: 'team', value: group }] });
    await api.call('PUT', `/v1/groups/${group}/users/${userName}`);
  }
  await api.call('POST', '/v1/roles', {
    roleName: 'deployer',
    description: 'For deployments',
    assumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' }],
    }),
  });
  const { arn } = policy['policy'] as { arn: string };
  await api.call('PUT', '/v1/roles/deployer/attached-policies', { policyArn: arn });
  const { accessKey } = await api.call('POST', '/v1/access-keys', { userName: personOf(0) });
  const { accessKeyId, secretAccessKey } = accessKey as { accessKeyId: string; secretAccessKey: string };
  return { account: accountId, email, password, accessKeyId, secretAccessKey };
}

/** The REST API of a server that does not listen. */
class Api {
  private token: string | undefined;

  constructor(private readonly server: FastifyInstance) {}

  async signIn(email: string, password: string): Promise<void> {
    const { accessToken } = await this.call('POST', '/v1/sign-in', { email, password });
    this.token = accessToken as string;
  }

  async call(method: 'POST' | 'PUT', url: string, payload: object = {}): Promise<Record<string, unknown>> {
    const headers = this.token === undefined ? {} : { authorization: `Bearer ${this.token}` };
    const answer = await this.server.inject({ method, url, headers, payload });
    if (answer.statusCode >= 300) throw new Error(`${method} ${url}: ${answer.statusCode} ${answer.body}`);
    return answer.body === '' ? {} : answer.json();
  }
}

function shown({ account, email, password, accessKeyId, secretAccessKey }: Credentials): string {
  return [
    `Account  ${account}`,
    `Email    ${email}`,
    `Password ${password}`,
    `Key of ${personOf(0)}, an administrator: ${accessKeyId} ${secretAccessKey}`,
  ].join('\n');
}

function emailOf(number: number): string {
  return `owner-${number + 1}@${DOMAIN}`;
}

function nameOf(number: number): string {
  const round = Math.floor(number / NAMES.length);
  return `${NAMES[number % NAMES.length]}${round === 0 ? '' : ` ${round + 1}`}`;
}

function personOf(number: number): string {
  const round = Math.floor(number / PEOPLE.length);
  return `${PEOPLE[number % PEOPLE.length]}${round === 0 ? '' : `-${round + 1}`}`;
}

function urlOf({ host, port, user, password, database }: pg.ClientConfig): string {
  const login = `${encodeURIComponent(user!)}:${encodeURIComponent(String(password))}`;
  return `postgresql://${login}@localhost:${port}/${database}?host=${encodeURIComponent(host!)}`;
}
