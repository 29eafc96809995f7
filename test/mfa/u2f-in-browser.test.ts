import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { hasBrowser, screenshot, startBrowser } from '../support/browser.js';
import { type RunningServer, startServer } from '../support/server.js';
import { newTenant, type Tenant } from '../support/tenant.js';
import { startTlsProxy, type TlsProxy } from '../support/tls-proxy.js';

const password = 'Ana-password-1234';

let proxy: TlsProxy;
let server: RunningServer;
let browser: Browser;
let tenant: Tenant;

/** Browsers support the appid extension over TLS only. */
(hasBrowser ? describe : describe.skip)('a U2F key that was registered before there was WebAuthn', () => {
  beforeAll(async () => {
    proxy = await startTlsProxy();
    server = await startServer({ environment: { GATEHOUSE_PUBLIC_URL: proxy.url } });
    proxy.forwardTo(server.port);
    browser = await startBrowser(['--ignore-certificate-errors']);
    tenant = await newTenant(server.baseUrl);
  });
  afterAll(async () => {
    await browser?.close();
    await proxy?.close();
    await server?.stop();
  });

  /** A user's key: it has a credential for the application ID. */
  async function oldKey(appId: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x, y } = publicKey.export({ format: 'jwk' });
    const point = Buffer.concat([Buffer.from([4]), Buffer.from(x!, 'base64url'), Buffer.from(y!, 'base64url')]);
    const handle = randomBytes(64);
    const context = await browser.newContext({ baseURL: proxy.url, ignoreHTTPSErrors: true });
    const page = await context.newPage();
    const devTools = await context.newCDPSession(page);
    await devTools.send('WebAuthn.enable');
    const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', {
      options: { protocol: 'u2f', transport: 'usb', automaticPresenceSimulation: true },
    });
    const credential = {
      credentialId: handle.toString('base64'),
      isResidentCredential: false,
      rpId: appId,
      privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
      signCount: 7,
    };
    await devTools.send('WebAuthn.addCredential', { authenticatorId, credential });
    return { page, keyHandle: handle.toString('base64url'), publicKey: point.toString('base64url') };
  }

  it('signs in through the appid extension', async () => {
    const appId = `${proxy.url}/app-id.json`;
    const { page, keyHandle, publicKey } = await oldKey(appId);
    await tenant.rest.post('/v1/users', { userName: 'ana' });
    await tenant.rest.post('/v1/users/ana/login-profile', { password });
    const key = { userName: 'ana', securityKeyName: 'old', keyHandle, publicKey, appId };
    expect((await tenant.rest.post('/v1/security-keys/u2f', key)).status).toBe(201);
    await page.goto(`/sign-in/${tenant.accountId}`);
    await page.getByLabel('User name').fill('ana');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Use a security key' }).click();
    await page.waitForURL('**/signed-in');
    await page.getByText('Used', { exact: true }).waitFor();
    await screenshot(page, 'signed-in-with-u2f-appid');
  });
});
