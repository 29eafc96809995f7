import { setTimeout as pause } from 'node:timers/promises';
import { type MailServer, mailWith, startMailServer, tokenIn } from '../support/mails.js';
import { RestClient } from '../support/rest-client.js';
import { type RunningServer, startServer } from '../support/server.js';
import { newTenant } from '../support/tenant.js';

/** A mail server of the operator, which requires a password. */
let mailServer: MailServer;
let server: RunningServer;

const environment = (url: string) => ({
  GATEHOUSE_SMTP_URL: url,
  GATEHOUSE_EMAIL_CONFIRMATION: 'off',
  GATEHOUSE_MAIL_FROM: 'Example <security@example.com>',
});

beforeAll(async () => {
  mailServer = await startMailServer();
  server = await startServer({ environment: environment(mailServer.url) });
});
afterAll(async () => {
  await server?.stop();
  await mailServer?.stop();
});

it('a password recovery goes through the operator’s mail server, to the root user alone, and its link works', async () => {
  const tenant = await newTenant(server.baseUrl);
  const stranger = new RestClient(server.baseUrl);
  expect((await stranger.post('/v1/password-recovery', { email: tenant.email })).status).toBe(204);
  const mail = await mailWith(() => mailServer.mails, /^A new password/);
  expect([mail.sender, mail.to]).toEqual(['security@example.com', [tenant.email]]);
  expect(mail.headers).toContain('From: Example <security@example.com>');
  const token = tokenIn(mail);
  expect(mail.html).toContain(token);
  const newPassword = 'Recovered-password-1';
  expect((await stranger.post('/v1/password-recovery/finish', { token, newPassword })).status).toBe(204);
  const signedIn = await stranger.post('/v1/sign-in', { email: tenant.email, password: newPassword });
  expect(signedIn.body.status).toBe('signedIn');
});

it('a mail server that is down changes nothing of the answer, and the mail is sent later, also by the next process', async () => {
  const tenant = await newTenant(server.baseUrl);
  const mails = () => mailServer.mails.filter(({ to }) => to.includes(tenant.email));
  await mailWith(mails, /^An access key was created/);
  await mailServer.stop();
  const { port } = mailServer;
  const answer = await new RestClient(server.baseUrl).post('/v1/password-recovery', { email: tenant.email });
  expect(answer.status).toBe(204);
  for (let tries = 0; tries < 200 && !server.output().includes('was not delivered'); tries += 1) await pause(50);
  expect(server.output()).toContain('a mail was not delivered; next attempt in');
  expect(server.output()).not.toMatch(/token=\d{12}|mail password|mail%20password/);
  const { dataDirectory } = server;
  await server.kill();
  mailServer = await startMailServer(port);
  server = await startServer({ dataDirectory, environment: environment(mailServer.url) });
  // The killed process may have claimed it for a minute.
  const mail = await mailWith(() => mailServer.mails, /^A new password/, 90);
  expect(mail.to).toEqual([tenant.email]);
  const finish = { token: tokenIn(mail), newPassword: 'Recovered-password-2' };
  expect((await new RestClient(server.baseUrl).post('/v1/password-recovery/finish', finish)).status).toBe(204);
});
