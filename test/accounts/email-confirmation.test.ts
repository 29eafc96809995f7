import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { EmbeddedPostgres } from '../../src/kernel/database/embedded/embedded-postgres.js';
import { hasBrowser, screenshot, startBrowser } from '../support/browser.js';
import { linkIn, type MailServer, mailWith, startMailServer, tokenIn } from '../support/mails.js';
import { RestClient } from '../support/rest-client.js';
import { newDataDirectory, removeDataDirectory } from '../support/run-directory.js';
import { cheapHashes, type RunningServer, startServer } from '../support/server.js';
import { managementTenant, signIn, type Tenant } from '../support/tenant.js';
import { queryAs } from '../support/test-database.js';

/**
 * Threat: an account is created, or changed, with somebody else's email address, which that person can then not use;
 * and sign-up reveals which addresses have an account.
 */

const password = 'Owner-password-1';

let dataDirectory: string;
let mailServer: MailServer;
let server: RunningServer;
let management: Tenant;
let stranger: RestClient;

beforeAll(async () => {
  dataDirectory = await newDataDirectory();
  mailServer = await startMailServer();
  await start();
  management = await managementTenant(server.baseUrl);
});
afterAll(async () => {
  await server?.stop();
  await mailServer?.stop();
  await removeDataDirectory(dataDirectory);
});

async function start(): Promise<void> {
  server = await startServer({
    dataDirectory,
    environment: { ...cheapHashes, GATEHOUSE_SMTP_URL: mailServer.url, GATEHOUSE_TRUST_PROXY: '127.0.0.1' },
  });
  stranger = new RestClient(server.baseUrl);
}

const newEmail = () => `${randomUUID()}@owner.test`;
const mailsTo = (address: string) => () => mailServer.mails.filter(({ to }) => to.includes(address));
const confirmation = (address: string) => mailWith(mailsTo(address), /^Confirm your email address$/);
const signUp = (email: string, name = 'Acme') => stranger.post('/v1/accounts', { name, email, password });
const confirm = (token: string) => stranger.post('/v1/email-confirmation', { token });
const codeOf = async (email: string, withPassword = password) =>
  (await stranger.post('/v1/sign-in', { email, password: withPassword })).body.code as string | undefined;
const accountOf = async (accountId: string) => (await management.rest.get(`/v1/accounts/${accountId}`)).body.account;

async function newOwner(): Promise<{ accountId: string; email: string; rest: RestClient }> {
  const email = newEmail();
  const { accountId } = (await signUp(email)).body.account as { accountId: string };
  expect((await confirm(tokenIn(await confirmation(email)))).status).toBe(204);
  return { accountId, email, rest: await signIn(server.baseUrl, email, password) };
}

describe('a sign-up', () => {
  it('works when the mailed link is used, and not before; the link works once', async () => {
    const email = newEmail();
    const { status, body } = await signUp(email, 'Win at http://evil.test');
    expect([status, body.account]).toEqual([201, expect.objectContaining({ email, status: 'pending' })]);
    const { accountId } = body.account as { accountId: string };
    expect(await codeOf(email)).toBe('SignInFailed');
    expect(await codeOf(accountId)).toBe('SignInFailed');
    const { accounts } = (await management.rest.get('/v1/accounts?status=pending')).body;
    expect(accounts).toContainEqual(expect.objectContaining({ accountId, email }));

    const mail = await confirmation(email);
    expect(mail.text + mail.html).not.toContain('evil');
    const token = tokenIn(mail);
    // Like a program that scans mails.
    expect((await fetch(linkIn(mail))).status).toBe(200);
    expect(await codeOf(email)).toBe('SignInFailed');
    expect((await confirm(token)).status).toBe(204);
    expect(await codeOf(email)).toBeUndefined();
    expect((await confirm(token)).body.code).toBe('InvalidInput');
    expect((await accountOf(accountId)).status).toBe('active');
  });

  it('with an address that has an account is answered alike, and its owner gets a mail without a link', async () => {
    const owner = await newOwner();
    const shape = ({ status, body }: { status: number; body: { account: object } }) => [
      status,
      Object.keys(body.account).sort(),
      (body.account as { status: string }).status,
    ];
    const taken = await signUp(owner.email.toUpperCase());
    expect(shape(taken)).toEqual(shape(await signUp(newEmail())));
    const { text } = await mailWith(mailsTo(owner.email), /already has an account/);
    expect(text).not.toMatch(/https?:/);
    expect(await codeOf(owner.email)).toBeUndefined();
  });

  /** Threat: the first to type an address keeps it from its owner. */
  it('does not take the address: the first to confirm it gets it', async () => {
    const email = newEmail();
    await signUp(email, 'Thief');
    const ofThief = tokenIn(await confirmation(email));
    const { accountId } = (await signUp(email, 'Owner')).body.account as { accountId: string };
    while (mailsTo(email)().length < 2) await new Promise((resolve) => setTimeout(resolve, 50));
    const ofOwner = tokenIn(mailsTo(email)().at(-1)!);
    expect((await confirm(ofOwner)).status).toBe(204);
    expect((await confirm(ofThief)).body.code).toBe('InvalidInput');
    const { account } = (await (await signIn(server.baseUrl, email, password)).get('/v1/account')).body;
    expect(account.accountId).toBe(accountId);
  });

  it('that is not confirmed within a day is deleted', async () => {
    const email = newEmail();
    const { accountId } = (await signUp(email)).body.account as { accountId: string };
    const token = tokenIn(await confirmation(email));
    const login = (await EmbeddedPostgres.loginOfRunning(dataDirectory))!;
    await queryAs(
      login,
      `UPDATE accounts SET created_at = now() - interval '25 hours' WHERE account_id = '${accountId}'`,
    );
    await server.stop();
    await start();
    management = await managementTenant(server.baseUrl);
    let account = await accountOf(accountId);
    for (let tries = 0; tries < 100 && account.status === 'pending'; tries += 1) account = await accountOf(accountId);
    expect(account).toMatchObject({ status: 'purged', email: '', name: '' });
    expect((await confirm(token)).body.code).toBe('InvalidInput');
  });

  it('can have its link sent again, at a bounded pace, and nobody learns whether there is one', async () => {
    const email = newEmail();
    const { accountId } = (await signUp(email)).body.account as { accountId: string };
    await confirmation(email);
    for (const id of [accountId, '999999999999', accountId, accountId, accountId, accountId]) {
      expect((await stranger.post('/v1/email-confirmation/resend', { accountId: id })).status).toBe(204);
    }
    while (mailsTo(email)().length < 4) await new Promise((resolve) => setTimeout(resolve, 50));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(mailsTo(email)()).toHaveLength(4);
    expect((await confirm(tokenIn(mailsTo(email)().at(-1)!))).status).toBe(204);
  });

  /** Threat: somebody requests the owner's address so often that the owner's own mails are no longer sent. */
  it('with the address of somebody else keeps its owner from no link', async () => {
    const signUpFrom = async (address: string, email: string) => {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': address };
      const body = JSON.stringify({ name: 'Acme', email, password });
      const response = await fetch(`${server.baseUrl}/v1/accounts`, { method: 'POST', headers, body });
      expect(response.status).toBe(201);
    };
    const { email: taken } = await newOwner();
    const free = newEmail();
    for (const email of [taken, taken, taken, taken, taken, free, free, free, free, free]) {
      await signUpFrom('198.51.100.7', email);
    }
    expect((await stranger.post('/v1/password-recovery', { email: taken })).status).toBe(204);
    await mailWith(mailsTo(taken), /^A new password/);
    const { accountId } = (await signUp(free)).body.account as { accountId: string };
    await mailWith(() => mailsTo(free)().filter(({ text }) => text.includes(accountId)), /^Confirm/);
  });

  it('by the operator needs no confirmation, unless asked for', async () => {
    const vouched = { name: 'Customer', email: newEmail(), password };
    expect((await management.rest.post('/v1/accounts', vouched)).body.account.status).toBe('active');
    expect(await codeOf(vouched.email)).toBeUndefined();
    const asked = { ...vouched, email: newEmail(), confirmEmail: true };
    const { account } = (await management.rest.post('/v1/accounts', asked)).body;
    expect(account.status).toBe('pending');
    // The operator may still do it.
    const { status } = await management.rest.put(`/v1/accounts/${account.accountId}/email`, { email: asked.email });
    expect([status, await codeOf(asked.email)]).toEqual([200, undefined]);
  });
});

describe('another email address of a root user', () => {
  it('takes effect when it is confirmed; the old address hears of both steps, and all sessions end', async () => {
    const { email, rest } = await newOwner();
    const other = await signIn(server.baseUrl, email, password);
    const next = newEmail();
    expect((await rest.post('/v1/root-user/email', { password, email: next })).status).toBe(204);
    expect((await mailWith(mailsTo(email), /^A change of your root user email address/)).text).toContain(next);
    expect([await codeOf(email), await codeOf(next)]).toEqual([undefined, 'SignInFailed']);
    expect((await confirm(tokenIn(await confirmation(next)))).status).toBe(204);
    expect([await codeOf(email), await codeOf(next)]).toEqual(['SignInFailed', undefined]);
    for (const one of [rest, other]) expect((await one.get('/v1/session')).status).toBe(401);
    await mailWith(mailsTo(email), /^Your root user email address was changed/);
  });

  /** Threat: an account owner finds out which addresses have an account by trying to take them. */
  it('that has an account is answered alike, and stays where it is', async () => {
    const { rest } = await newOwner();
    const victim = await newOwner();
    expect((await rest.post('/v1/root-user/email', { password, email: victim.email })).status).toBe(204);
    const { text } = await mailWith(mailsTo(victim.email), /already has an account/);
    expect(text).not.toMatch(/https?:/);
    expect(await codeOf(victim.email)).toBeUndefined();
  });
});

(hasBrowser ? describe : describe.skip)('the page of the link', () => {
  let browser: Browser;
  beforeAll(async () => (browser = await startBrowser()));
  afterAll(() => browser?.close());

  it('says what is confirmed and has a button for it, without JavaScript', async () => {
    const email = newEmail();
    await signUp(email, 'Acme & Söhne');
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    const link = linkIn(await confirmation(email));
    await page.goto(link);
    await page.getByText('Acme & Söhne').waitFor();
    await screenshot(page, 'email-confirmation');
    expect(await codeOf(email)).toBe('SignInFailed');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('heading', { name: 'Email address confirmed' }).waitFor();
    await screenshot(page, 'email-confirmed');
    expect(await codeOf(email)).toBeUndefined();
    await page.goto(link);
    await page.getByRole('heading', { name: 'Link not valid' }).waitFor();
  });
});

it('without a mail server addresses take effect at once, and the start says so', async () => {
  const newcomer = await startServer({ environment: cheapHashes });
  try {
    expect(newcomer.output()).toContain('Email addresses of root users take effect without confirmation');
    const email = newEmail();
    const { body } = await new RestClient(newcomer.baseUrl).post('/v1/accounts', { name: 'Acme', email, password });
    expect(body.account.status).toBe('active');
    await signIn(newcomer.baseUrl, email, password);
  } finally {
    await newcomer.stop();
  }
});
