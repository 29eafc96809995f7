import type { Browser, Page } from 'playwright-core';
import { hasBrowser, screenshot, startBrowser } from '../support/browser.js';
import { userPassword as password, userWithSession } from '../support/passkeys.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';
import { totp, twoCodes } from '../support/totp.js';

let browser: Browser;
let tenant: Tenant;
let page: Page;

(hasBrowser ? describe : describe.skip)('the page at /step-up', () => {
  beforeAll(async () => {
    browser = await startBrowser();
    tenant = await newTenant(sharedServer().baseUrl);
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    const context = await browser.newContext({ baseURL: tenant.baseUrl, javaScriptEnabled: false });
    page = await context.newPage();
  });
  afterEach(() => page.context().close());

  const signIn = async (userName: string) => {
    await page.goto(`/sign-in/${tenant.accountId}`);
    await page.getByLabel('User name').fill(userName);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  const answer = async (label: string, text: string) => {
    await page.getByLabel(label).fill(text);
    await page.getByRole('button').first().click();
  };
  const pathOf = () => new URL(page.url()).pathname;

  it('asks for the password again, and leads back', async () => {
    const { userName } = await userWithSession(tenant);
    await signIn(userName);
    await page.goto('/step-up?to=/signed-in%3Ffrom%3Dhere');
    await page.getByText(`You are signed in as ${userName}.`).waitFor();
    await screenshot(page, 'step-up');
    await answer('Password', 'wrong');
    expect(await page.getByRole('alert').textContent()).toBe('The password was incorrect.');
    await screenshot(page, 'step-up-failed');
    await answer('Password', password);
    expect(page.url()).toBe(`${tenant.baseUrl}/signed-in?from=here`);
    const { events } = (await tenant.rest.get('/v1/audit-events?operation=gatehouse:StepUp')).body;
    expect((events as { outcome: string }[]).map(({ outcome }) => outcome)).toEqual(['allowed', 'failed']);
  });

  it('asks for MFA as well, and again after a wrong code', async () => {
    const { userName } = await userWithSession(tenant);
    const created = await tenant.rest.post('/v1/virtual-mfa-devices', { virtualMfaDeviceName: userName });
    const { serialNumber, base32StringSeed } = created.body.virtualMfaDevice as Record<string, string>;
    const seed = Buffer.from(base32StringSeed!, 'base64').toString();
    const at = (steps: number) => totp(seed, Date.now() + steps * 30_000);
    const codes = twoCodes(seed, Date.now() - 30_000);
    await tenant.rest.post('/v1/mfa-devices/enable', { userName, serialNumber, ...codes });
    await signIn(userName);
    await answer('MFA code', at(0));
    expect(pathOf()).toBe('/signed-in');
    await page.goto('/step-up?to=//evil.example/');
    await answer('Password', password);
    await answer('MFA code', '000000');
    expect(await page.getByRole('alert').textContent()).toBe('The code or security key is not correct.');
    await screenshot(page, 'step-up-mfa');
    expect(await page.getByRole('link', { name: 'Start over' }).getAttribute('href')).toBe('/step-up');
    await answer('MFA code', at(1));
    expect(page.url()).toBe(`${tenant.baseUrl}/signed-in`);
  });

  /** Threat: a page of another site submits the form, with a guessed password. */
  it('takes no form that it did not make', async () => {
    const { userName } = await userWithSession(tenant);
    await signIn(userName);
    const form = { step: 'password', password, csrfToken: 'x'.repeat(43), to: '/signed-in' };
    const forged = await page.context().request.post('/step-up', { form, maxRedirects: 0 });
    expect(forged.status()).toBe(403);
  });

  it('leads to the sign-in page when nobody is signed in', async () => {
    await page.goto('/step-up');
    expect(pathOf()).toBe('/sign-in');
  });
});
