import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { SMTPServer, type SMTPServerEnvelope } from 'smtp-server';
import { RestClient } from '../support/rest-client.js';
import { type RunningServer, startServer } from '../support/server.js';
import { newTenant } from '../support/tenant.js';

/** A mail server of the operator's own, which wants a password. */
interface Received {
  readonly envelope: SMTPServerEnvelope;
  readonly content: string;
}

const received: Received[] = [];
let mailServer: SMTPServer;
let server: RunningServer;

beforeAll(async () => {
  mailServer = new SMTPServer({
    // A certificate would have to be trusted; that is nodemailer's part.
    hideSTARTTLS: true,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) => {
      if (username === 'gatehouse' && password === 'mail password') done(null, { user: username });
      else done(new Error('Wrong password'));
    },
    onData: (stream, { envelope }, done) => {
      void text(stream).then((content) => {
        received.push({ envelope, content });
        done();
      });
    },
  });
  mailServer.listen(0, '127.0.0.1');
  await once(mailServer.server, 'listening');
  const { port } = mailServer.server.address() as AddressInfo;
  server = await startServer({
    environment: {
      GATEHOUSE_SMTP_URL: `smtp://gatehouse:mail%20password@127.0.0.1:${port}`,
      GATEHOUSE_MAIL_FROM: 'Example <security@example.com>',
    },
  });
});
afterAll(async () => {
  await server?.stop();
  await new Promise<void>((resolve) => mailServer?.close(resolve) ?? resolve());
});

async function firstMail(): Promise<Received> {
  for (let tries = 0; tries < 200 && received.length === 0; tries += 1) await pause(50);
  return received[0]!;
}

it('a password recovery goes through the operator’s mail server, to the root user alone, and its link works', async () => {
  const tenant = await newTenant(server.baseUrl);
  const stranger = new RestClient(server.baseUrl);
  expect((await stranger.post('/v1/password-recovery', { email: tenant.email })).status).toBe(204);
  const { envelope, content } = await firstMail();
  expect(envelope.mailFrom).toMatchObject({ address: 'security@example.com' });
  expect(envelope.rcptTo.map(({ address }) => address)).toEqual([tenant.email]);
  expect(content).toContain('From: Example <security@example.com>');
  // Quoted-printable (RFC 2045 §6.7).
  const body = content.replace(/=\r\n/g, '').replaceAll('=3D', '=');
  const token = /\/password-recovery\/finish\?token=([\w.-]+)/.exec(body)![1];
  const newPassword = 'Recovered-password-1';
  expect((await stranger.post('/v1/password-recovery/finish', { token, newPassword })).status).toBe(204);
  const signedIn = await stranger.post('/v1/sign-in', { email: tenant.email, password: newPassword });
  expect(signedIn.body.status).toBe('signedIn');
});

it('a mail server that is away changes nothing of the answer, and no token is told in the log', async () => {
  await new Promise<void>((resolve) => mailServer.close(resolve));
  const tenant = await newTenant(server.baseUrl);
  const answer = await new RestClient(server.baseUrl).post('/v1/password-recovery', { email: tenant.email });
  expect(answer.status).toBe(204);
  for (let tries = 0; tries < 200 && !server.output().includes('was not sent'); tries += 1) {
    await pause(50);
  }
  expect(server.output()).toContain('a password recovery was not sent');
  expect(server.output()).not.toMatch(/token=\d{12}|mail password|mail%20password/);
});
