import { randomUUID } from 'node:crypto';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { hasBrowser, screenshot, startBrowser } from '../support/browser.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';
import { totp, twoCodes } from '../support/totp.js';

const password = 'Ana-password-1234';
const newPassword = 'Another-password-5678';

let browser: Browser;
let tenant: Tenant;
let alias: string;
let context: BrowserContext;
let page: Page;
let violations: string[];

(hasBrowser ? describe : describe.skip)('the page at /sign-in', () => {
  beforeAll(async () => {
    browser = await startBrowser();
    tenant = await newTenant(sharedServer().baseUrl);
    alias = `acme-${tenant.accountId}`;
    await tenant.rest.put(`/v1/account-aliases/${alias}`);
  });
  afterAll(() => browser?.close());

  /** Scripts are disabled unless a test needs them, because the page must work without. */
  const open = async (options: Parameters<Browser['newContext']>[0] = { javaScriptEnabled: false }) => {
    context = await browser.newContext({ baseURL: tenant.baseUrl, ...options });
    page = await context.newPage();
    violations = [];
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) violations.push(message.text());
    });
  };
  afterEach(async () => {
    await context.close();
    expect(violations).toEqual([]);
  });

  async function aUser(more: { passwordResetRequired?: boolean } = {}) {
    const userName = `user-${randomUUID().slice(0, 8)}`;
    await tenant.rest.post('/v1/users', { userName });
    await tenant.rest.post(`/v1/users/${userName}/login-profile`, { password, ...more });
    return userName;
  }
  const fillIn = async (userName: string, withPassword = password) => {
    await page.getByLabel('User name').fill(userName);
    await page.getByLabel('Password').fill(withPassword);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };

  it('signs a user in by alias, shows who it is, and signs out', async () => {
    const userName = await aUser();
    await open({ javaScriptEnabled: false, colorScheme: 'dark' });
    await page.goto(`/sign-in/${alias}`);
    expect(await page.getByLabel('Account ID or alias').inputValue()).toBe(alias);
    await screenshot(page, 'sign-in-dark');
    await fillIn(userName);
    expect(new URL(page.url()).pathname).toBe('/signed-in');
    await page.getByText(`arn:aws:iam::${tenant.accountId}:user/${userName}`).waitFor();
    await screenshot(page, 'signed-in-dark');
    const cookies = await context.cookies();
    expect(cookies.find(({ name }) => name === 'gatehouse-session')).toMatchObject({
      httpOnly: true,
      sameSite: 'Strict',
    });
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    await page.goto('/signed-in');
    expect(new URL(page.url()).pathname).toBe('/sign-in');
  });

  it('says what was wrong, keeps what was typed but the password', async () => {
    const userName = await aUser();
    await open();
    await page.goto(`/sign-in/${alias}`);
    await fillIn(userName, 'wrong');
    expect(await page.getByRole('alert').textContent()).toBe('The account, name or password is not correct.');
    expect(await page.getByLabel('User name').inputValue()).toBe(userName);
    expect(await page.getByLabel('Password').inputValue()).toBe('');
    await screenshot(page, 'sign-in-failed');
    await fillIn(userName);
    expect(new URL(page.url()).pathname).toBe('/signed-in');
  });

  it('asks for a code, and for another after a wrong one', async () => {
    const userName = await aUser();
    const created = await tenant.rest.post('/v1/virtual-mfa-devices', { virtualMfaDeviceName: userName });
    const { serialNumber, base32StringSeed } = created.body.virtualMfaDevice as Record<string, string>;
    const seed = Buffer.from(base32StringSeed!, 'base64').toString();
    await tenant.rest.post('/v1/mfa-devices/enable', { userName, serialNumber, ...twoCodes(seed) });
    await open();
    await page.goto(`/sign-in/${alias}`);
    await fillIn(userName);
    await page.getByLabel('MFA code').fill('000000');
    await screenshot(page, 'mfa');
    await page.getByRole('button', { name: 'Continue' }).click();
    expect(await page.getByRole('alert').textContent()).toBe('The code or security key is not correct.');
    await page.getByLabel('MFA code').fill(totp(seed, Date.now() + 30_000));
    await page.getByRole('button', { name: 'Continue' }).click();
    expect(new URL(page.url()).pathname).toBe('/signed-in');
    await page.getByText('Used', { exact: true }).waitFor();
  });

  it('has a required new password set', async () => {
    const userName = await aUser({ passwordResetRequired: true });
    await open();
    await page.goto(`/sign-in/${alias}`);
    await fillIn(userName);
    const change = async (to: string, again = to) => {
      await page.getByLabel('New password', { exact: true }).fill(to);
      await page.getByLabel('Confirm new password').fill(again);
      await page.getByRole('button', { name: 'Change password' }).click();
    };
    await change(newPassword, 'different');
    expect(await page.getByRole('alert').textContent()).toBe('The passwords do not match.');
    await change('short');
    expect(await page.getByRole('alert').textContent()).toContain('minimum length');
    await screenshot(page, 'new-password');
    await change(newPassword);
    expect(new URL(page.url()).pathname).toBe('/signed-in');
  });

  it('signs the root user in by keyboard alone', async () => {
    await open();
    await page.goto('/sign-in?root');
    await page.keyboard.press('Tab');
    await page.keyboard.type(tenant.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(tenant.password);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/signed-in');
    await page.getByText(`arn:aws:iam::${tenant.accountId}:root`).waitFor();
  });

  /** Threat: a page of another site signs the browser in as the attacker, or out. */
  it('refuses forms that it did not make for this browser', async () => {
    const userName = await aUser();
    await open();
    const form = { step: 'password', account: alias, userName, password, csrfToken: 'x'.repeat(43) };
    const forged = await context.request.post('/sign-in', { form, maxRedirects: 0 });
    expect([forged.status(), forged.headers()['set-cookie'] ?? '']).toEqual([
      400,
      expect.not.stringContaining('gatehouse-session'),
    ]);
    await page.goto(`/sign-in/${alias}`);
    await fillIn(userName);
    await context.request.post('/signed-in', { form: { what: 'all', csrfToken: 'x' } });
    await page.goto('/signed-in');
    expect(new URL(page.url()).pathname).toBe('/signed-in');
  });

  /** Threat: an alias in the link contains a script. */
  it('shows what the address brings along as text', async () => {
    await open({ javaScriptEnabled: true });
    await page.goto(`/sign-in/${encodeURIComponent('"><script>document.title="owned"</script>')}`);
    expect(await page.title()).toBe('Sign in · Gatehouse');
    const { headers } = await fetch(`${tenant.baseUrl}/sign-in`);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self'; script-src 'self';/);
  });
});
