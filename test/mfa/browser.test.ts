import type { Browser, CDPSession, Page } from 'playwright-core';
import { localOrigin } from '../support/authenticator.js';
import { hasBrowser, screenshot, startBrowser } from '../support/browser.js';
import { userPassword as password, userWithSession } from '../support/passkeys.js';
import { RestClient } from '../support/rest-client.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';

let browser: Browser;
let tenant: Tenant;
let page: Page;
let devTools: CDPSession;

/** Chromium's own authenticators with the real page: their signatures are those of real keys. */
(hasBrowser ? describe : describe.skip)('a security key at the page', () => {
  beforeAll(async () => {
    browser = await startBrowser();
    tenant = await newTenant(sharedServer().baseUrl);
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    const context = await browser.newContext({ baseURL: localOrigin(tenant.baseUrl) });
    page = await context.newPage();
    devTools = await context.newCDPSession(page);
    await devTools.send('WebAuthn.enable');
  });
  afterEach(() => page.context().close());

  const plugIn = async (protocol: 'ctap2' | 'u2f'): Promise<string> => {
    const isCtap2 = protocol === 'ctap2';
    const options = {
      protocol,
      transport: 'usb',
      hasResidentKey: isCtap2,
      hasUserVerification: isCtap2,
      isUserVerified: isCtap2,
      automaticPresenceSimulation: true,
    } as const;
    const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', { options });
    return authenticatorId;
  };

  const aUser = async (): Promise<string> => (await userWithSession(tenant)).userName;

  /** Like a dashboard: options from the API, the browser's request to the key, and its response to the API. */
  async function register(userName: string): Promise<string> {
    const stranger = new RestClient(tenant.baseUrl);
    const signedIn = await stranger.post('/v1/sign-in', { account: tenant.accountId, userName, password });
    const session = new RestClient(tenant.baseUrl, signedIn.body.accessToken as string);
    const begun = await session.post('/v1/security-keys/registration-options');
    await page.goto('/sign-in');
    await page.addScriptTag({ url: '/sign-in/assets/webauthn.js' });
    const credential = await page.evaluate((optionsJSON) => {
      const { SimpleWebAuthnBrowser } = globalThis as unknown as {
        SimpleWebAuthnBrowser: { startRegistration(input: object): Promise<object> };
      };
      return SimpleWebAuthnBrowser.startRegistration({ optionsJSON });
    }, begun.body.options as object);
    const { status, body } = await session.post('/v1/security-keys', { securityKeyName: 'key', credential });
    expect([status, body]).toEqual([201, expect.anything()]);
    return body.serialNumber as string;
  }

  async function signIn(userName: string): Promise<void> {
    await page.goto(`/sign-in/${tenant.accountId}`);
    await page.getByLabel('User name').fill(userName);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Multi-factor authentication' }).waitFor();
  }

  const useKey = () => page.getByRole('button', { name: 'Use a security key' }).click();

  it.each(['ctap2', 'u2f'] as const)('is registered and signs in: %s', async (protocol) => {
    await plugIn(protocol);
    const userName = await aUser();
    const serialNumber = await register(userName);
    for (let time = 1; time <= 2; time += 1) {
      await signIn(userName);
      await page.getByText(serialNumber.replace(/^.*\//, '')).waitFor();
      await screenshot(page, `security-key-${protocol}`);
      await useKey();
      await page.waitForURL('**/signed-in');
      await page.getByText('Used', { exact: true }).waitFor();
      await screenshot(page, `signed-in-with-${protocol}`);
    }
  });

  it('that knows its user signs in without a name or password, unless the user is not verified', async () => {
    const authenticatorId = await plugIn('ctap2');
    const userName = await aUser();
    await register(userName);
    await page.context().clearCookies();
    await page.goto('/sign-in');
    const usePasskey = () => page.getByRole('button', { name: 'Use a passkey' }).click();
    await devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await usePasskey();
    await page.getByText('The security key or passkey did not respond (NotAllowedError). Try again.').waitFor();
    await devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
    await screenshot(page, 'passkey');
    await usePasskey();
    await page.waitForURL('**/signed-in');
    await page.getByText(`arn:aws:iam::${tenant.accountId}:user/${userName}`).waitFor();
    await page.getByText('Used', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  });

  /** Threat: a key's secrets are copied, and the copy is used after the key. */
  it('that is a copy is refused once the key was used', async () => {
    const original = await plugIn('ctap2');
    const userName = await aUser();
    await register(userName);
    const { credentials } = await devTools.send('WebAuthn.getCredentials', { authenticatorId: original });
    for (let time = 1; time <= 3; time += 1) {
      await signIn(userName);
      await useKey();
      await page.waitForURL('**/signed-in');
    }
    await devTools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: original });
    const copy = await plugIn('ctap2');
    await devTools.send('WebAuthn.addCredential', { authenticatorId: copy, credential: credentials[0]! });
    await page.context().clearCookies();
    await signIn(userName);
    await useKey();
    expect(await page.getByRole('alert').textContent()).toBe('The code or security key is not correct.');
    await page.goto('/signed-in');
    expect(new URL(page.url()).pathname).toBe('/sign-in');
  });
});
