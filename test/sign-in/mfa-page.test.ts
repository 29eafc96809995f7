import type { Browser, Page } from 'playwright-core';
import { localOrigin } from '../support/authenticator.js';
import { hasBrowser, screenshot, startBrowser } from '../support/browser.js';
import { userPassword as password, userWithSession } from '../support/passkeys.js';
import { userWithRecoveryCodes } from '../support/recovery-codes.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';
import { twoCodes } from '../support/totp.js';

let browser: Browser;
let tenant: Tenant;
let page: Page;
let violations: string[];

(hasBrowser ? describe : describe.skip)('the page at /sign-in, where MFA is required', () => {
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    tenant = await newTenant(sharedServer().baseUrl);
    const context = await browser.newContext({ baseURL: localOrigin(tenant.baseUrl) });
    page = await context.newPage();
    violations = [];
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) violations.push(message.text());
    });
  });
  afterEach(async () => {
    await page.context().close();
    expect(violations).toEqual([]);
  });

  const signIn = async (userName: string) => {
    await page.goto(`/sign-in/${tenant.accountId}`);
    await page.getByLabel('User name').fill(userName);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  const requireMfa = () => tenant.rest.put('/v1/account/sign-in-settings', { mfaRequired: 'all' });

  it('shows a QR code and its secret once, and takes two codes', async () => {
    const { userName } = await userWithSession(tenant);
    await requireMfa();
    await signIn(userName);
    await page.getByRole('heading', { name: 'Set up MFA' }).waitFor();
    const box = (await page.locator('.qr-code svg').boundingBox())!;
    expect(Math.min(box.width, box.height)).toBeGreaterThan(150);
    await screenshot(page, 'mfa-enrolment');
    const seed = (await page.locator('.secret').textContent())!.replaceAll(' ', '');
    const fillIn = async ({ authenticationCode1, authenticationCode2 }: ReturnType<typeof twoCodes>) => {
      await page.getByLabel('Code', { exact: true }).fill(authenticationCode1);
      await page.getByLabel('Next code').fill(authenticationCode2);
      await page.getByRole('button', { name: 'Continue' }).click();
    };
    await fillIn({ authenticationCode1: '000000', authenticationCode2: '000000' });
    expect(await page.getByRole('alert').textContent()).toBe('Authentication code for device is not valid.');
    expect(await page.locator('.secret').count()).toBe(0);
    await screenshot(page, 'mfa-enrolment-failed');
    await fillIn(twoCodes(seed));
    await page.waitForURL('**/signed-in');
    await page.getByText('Used', { exact: true }).waitFor();
  });

  it('takes a security key instead', async () => {
    const devTools = await page.context().newCDPSession(page);
    await devTools.send('WebAuthn.enable');
    await devTools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'usb',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    const { userName } = await userWithSession(tenant);
    await requireMfa();
    await signIn(userName);
    await page.getByRole('button', { name: 'Use a security key' }).click();
    await page.waitForURL('**/signed-in');
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.waitForURL('**/signed-in');
    await page.getByText(`user/${userName}`).waitFor();
  });

  it('takes a recovery code from whoever has some', async () => {
    const { userName, codes } = await userWithRecoveryCodes(tenant);
    await signIn(userName);
    await page.getByLabel('Recovery code', { exact: true }).fill('A'.repeat(20));
    await screenshot(page, 'recovery-code');
    await page.getByRole('button', { name: 'Use a recovery code' }).click();
    expect(await page.getByRole('alert').textContent()).toBe('The code or security key is not correct.');
    await page.getByLabel('Recovery code', { exact: true }).fill(codes[0]!);
    await page.getByRole('button', { name: 'Use a recovery code' }).click();
    await page.waitForURL('**/signed-in');
  });
});
