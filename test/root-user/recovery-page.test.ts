import type { Browser, Page } from 'playwright-core';
import { hasBrowser, screenshot, startBrowser } from '../support/browser.js';
import { linkIn, mailFiles, mailWith } from '../support/mails.js';
import { type RunningServer, startServer } from '../support/server.js';
import { newTenant, type Tenant } from '../support/tenant.js';

const newPassword = 'Recovered-root-password-1';

let server: RunningServer;
let tenant: Tenant;
let browser: Browser;
let page: Page;

(hasBrowser ? describe : describe.skip)('the pages at /password-recovery', () => {
  beforeAll(async () => {
    server = await startServer();
    tenant = await newTenant(server.baseUrl);
    browser = await startBrowser();
    page = await (await browser.newContext({ baseURL: server.baseUrl, javaScriptEnabled: false })).newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const fillIn = async (password: string, again = password) => {
    await page.getByLabel('New password', { exact: true }).fill(password);
    await page.getByLabel('Confirm new password').fill(again);
    await page.getByRole('button', { name: 'Set password' }).click();
  };
  const alert = () => page.getByRole('alert').textContent();

  it('lead from a forgotten password by mail to a new one, without JavaScript', async () => {
    await page.goto('/sign-in?root');
    await page.getByRole('link', { name: 'Forgot password?' }).click();
    await page.getByLabel('Email address of the root user').fill(tenant.email);
    await screenshot(page, 'password-recovery');
    await page.getByRole('button', { name: 'Send a link' }).click();
    await page.getByRole('heading', { name: 'Check your email' }).waitFor();

    const link = linkIn(await mailWith(() => mailFiles(server, tenant.email), /^A new password/));
    await page.goto(link);
    await fillIn(newPassword, 'different');
    expect(await alert()).toBe('The passwords do not match.');
    await fillIn('alllowercase');
    expect(await alert()).toContain('Password should meet');
    await screenshot(page, 'password-recovery-finish');
    await fillIn(newPassword);
    await page.getByRole('heading', { name: 'Password set' }).waitFor();

    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('Email address of the root user').fill(tenant.email);
    await page.getByLabel('Password').fill(newPassword);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText(`arn:aws:iam::${tenant.accountId}:root`).waitFor();

    await page.goto(link);
    await fillIn('Yet-another-password-2');
    expect(await alert()).toContain('was already used');
  });
});
