import { type MailServer, mailWith, type ReceivedMail, startMailServer, tokenIn } from '../support/mails.js';
import { RestClient } from '../support/rest-client.js';
import { type RunningServer, startServer } from '../support/server.js';
import { managementTenant, newTenant, signIn, type Tenant } from '../support/tenant.js';
import { totp, twoCodes } from '../support/totp.js';

/**
 * Threat: a thief of a session or key changes how the root user signs in, and its owner is not notified. Each test
 * makes one such change and reads the mail on a real mail server.
 */

let mailServer: MailServer;
let server: RunningServer;
let tenant: Tenant;

beforeAll(async () => {
  mailServer = await startMailServer();
  server = await startServer({
    environment: { GATEHOUSE_SMTP_URL: mailServer.url, GATEHOUSE_EMAIL_CONFIRMATION: 'off' },
  });
});
afterAll(async () => {
  await server?.stop();
  await mailServer?.stop();
});
beforeEach(async () => {
  tenant = await newTenant(server.baseUrl);
});

const mailsTo = (address: string) => () => mailServer.mails.filter(({ to }) => to.includes(address));
const notice = (subject: RegExp, address = tenant.email): Promise<ReceivedMail> => mailWith(mailsTo(address), subject);

it('a new access key of the root user is reported, with time, place and advice, in text and HTML', async () => {
  const { accessKeyId } = tenant.accessKey;
  const { text, html, subject } = await notice(/^An access key was created/);
  expect(subject).toBe(`An access key was created for your root user (account ${tenant.accountId})`);
  for (const part of [text, html]) {
    expect(part).toContain(accessKeyId);
    expect(part).toMatch(/\d{1,2} \w+ \d{4}, \d\d:\d\d UTC/);
    expect(part).toContain('127.0.0.1');
    expect(part).toContain('If you or someone you authorized made this change');
    expect(part).not.toContain(tenant.accessKey.secretAccessKey);
  }
  expect(html).not.toMatch(/<img|<script|src=/);
});

it('an access key of a user is not', async () => {
  await tenant.addUser('ana');
  await notice(/^An access key was created/);
  await tenant.rest.post('/v1/root-user/password', { password: tenant.password, newPassword: 'Changed-password-1' });
  await notice(/^Your root user password was changed/);
  expect(mailsTo(tenant.email)().filter(({ subject }) => subject.startsWith('An access key'))).toHaveLength(1);
});

it('a new and a removed MFA device are reported', async () => {
  const { body } = await tenant.rest.post('/v1/virtual-mfa-devices', { virtualMfaDeviceName: 'phone' });
  const { serialNumber, base32StringSeed } = body.virtualMfaDevice as Record<string, string>;
  const seed = Buffer.from(base32StringSeed!, 'base64').toString();
  const codes = twoCodes(seed);
  expect((await tenant.rest.post('/v1/mfa-devices/enable', { serialNumber, ...codes })).status).toBe(204);
  expect((await notice(/^An MFA device was added/)).text).toContain(serialNumber);
  const { email, password } = tenant;
  const credentials = { email, password, code: totp(seed, Date.now() + 30_000) };
  const { accessToken } = (await new RestClient(server.baseUrl).post('/v1/sign-in', credentials)).body;
  const rest = new RestClient(server.baseUrl, accessToken as string);
  expect((await rest.post('/v1/mfa-devices/deactivate', { serialNumber })).status).toBe(204);
  expect((await notice(/^An MFA device was removed/)).text).toContain(serialNumber);
});

it('a recovered password is reported', async () => {
  const stranger = new RestClient(server.baseUrl);
  await stranger.post('/v1/password-recovery', { email: tenant.email });
  const token = tokenIn(await notice(/^A new password/));
  await stranger.post('/v1/password-recovery/finish', { token, newPassword: 'Recovered-password-1' });
  expect((await notice(/^Your root user password was reset/)).text).toContain(
    'All sessions of the root user have ended',
  );
});

/** Threat: the address is changed silently, and the thief keeps using its session. */
it.each(['the root user', 'the operator'])(
  'an email address that %s changed is reported to the old one; all sessions end',
  async (who) => {
    const other = await signIn(server.baseUrl, tenant.email, tenant.password);
    const email = `new-${tenant.email}`;
    if (who === 'the operator') {
      const { rest } = await managementTenant(server.baseUrl);
      expect((await rest.put(`/v1/accounts/${tenant.accountId}/email`, { email })).status).toBe(200);
    } else {
      expect((await tenant.rest.post('/v1/root-user/email', { password: tenant.password, email })).status).toBe(204);
    }
    expect((await notice(/^Your root user email address was changed/)).text).toContain(`New address: ${email}`);
    for (const rest of [other, tenant.rest]) expect((await rest.get('/v1/session')).status).toBe(401);
    await signIn(server.baseUrl, email, tenant.password);
  },
);

/** Threat: a failed change sends mails, or a mail reports something that did not happen. */
it('a change that fails is not reported', async () => {
  const taken = await newTenant(server.baseUrl);
  const change = { password: tenant.password, email: taken.email };
  expect((await tenant.rest.post('/v1/root-user/email', change)).status).toBe(409);
  await tenant.rest.post('/v1/root-user/password', { password: tenant.password, newPassword: 'Changed-password-1' });
  await notice(/^Your root user password was changed/);
  expect(mailsTo(tenant.email)().map(({ subject }) => subject.split(' (')[0])).toEqual([
    'An access key was created for your root user',
    'Your root user password was changed',
  ]);
});
