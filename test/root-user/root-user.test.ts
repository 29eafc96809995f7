import { GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { setTimeout as pause } from 'node:timers/promises';
import { mailFiles, mailWith, tokenIn } from '../support/mails.js';
import { handleOf, registerKey, signInWithPasskey } from '../support/passkeys.js';
import { RestClient } from '../support/rest-client.js';
import { type RunningServer, startServer } from '../support/server.js';
import { sessionClients } from '../support/sessions.js';
import { managementTenant, newTenant, type Tenant } from '../support/tenant.js';

const changed = 'Changed-root-password-1';

let server: RunningServer;
let tenant: Tenant;
let stranger: RestClient;

beforeAll(async () => {
  server = await startServer();
  stranger = new RestClient(server.baseUrl);
});
afterAll(() => server?.stop());

beforeEach(async () => {
  tenant = await newTenant(server.baseUrl);
});

const signIn = (password: string, email = tenant.email) => stranger.post('/v1/sign-in', { email, password });
const isSignedIn = async () => (await tenant.rest.get('/v1/session')).status === 200;

const mailsTo = (address: string) =>
  mailFiles(server, address).filter(({ subject }) => subject.startsWith('A new password'));
const tokenSentTo = async (address: string) => tokenIn(await mailWith(() => mailsTo(address), /./));

describe('the root user', () => {
  it('changes its password with the old one in hand, which ends its sessions', async () => {
    const wrong = { password: 'Not-the-password-1', newPassword: changed };
    expect((await tenant.rest.post('/v1/root-user/password', wrong)).body.code).toBe('AccessDenied');
    const weak = { password: tenant.password, newPassword: 'alllowercase' };
    expect((await tenant.rest.post('/v1/root-user/password', weak)).body.code).toBe('PasswordPolicyViolation');
    const right = { password: tenant.password, newPassword: changed };
    expect((await tenant.rest.post('/v1/root-user/password', right)).status).toBe(204);
    expect(await isSignedIn()).toBe(false);
    expect((await signIn(tenant.password)).status).toBe(401);
    expect((await signIn(changed)).body.status).toBe('signedIn');
  });

  it('leaves a wrong password in the audit log', async () => {
    const wrong = { password: 'Not-the-password-1', newPassword: changed };
    await tenant.rest.post('/v1/root-user/password', wrong);
    const { events } = (await tenant.rest.get('/v1/audit-events?operation=gatehouse:ChangeRootPassword')).body;
    expect(events).toEqual([expect.objectContaining({ outcome: 'failed', reason: 'The password was incorrect.' })]);
  });

  it('changes its email address, which must be free', async () => {
    const other = await newTenant(server.baseUrl);
    const to = (email: string) => tenant.rest.post('/v1/root-user/email', { password: tenant.password, email });
    expect((await to(other.email.toUpperCase())).body.code).toBe('EntityAlreadyExists');
    expect((await to(`new-${tenant.email}`)).status).toBe(204);
    expect((await signIn(tenant.password)).status).toBe(401);
    expect((await signIn(tenant.password, `new-${tenant.email}`)).status).toBe(200);
  });

  /** Threat: an administrator takes over the root user. */
  it('alone does so, whatever users are permitted', async () => {
    const admin = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    await tenant.addUser('admin', admin);
    await tenant.rest.post('/v1/users/admin/login-profile', { password: changed });
    const credentials = { account: tenant.accountId, userName: 'admin', password: changed };
    const { accessToken } = (await stranger.post('/v1/sign-in', credentials)).body as { accessToken: string };
    const rest = new RestClient(server.baseUrl, accessToken);
    const input = { password: tenant.password, newPassword: changed };
    expect((await rest.post('/v1/root-user/password', input)).body.code).toBe('InvalidUserType');
    const email = { password: tenant.password, email: 'other@new.test' };
    expect((await rest.post('/v1/root-user/email', email)).body.code).toBe('InvalidUserType');
  });
});

describe('password recovery', () => {
  it('sets a new password with the token that was sent, once', async () => {
    const { Credentials: stolen } = await tenant.sts.send(new GetSessionTokenCommand({}));
    expect((await stranger.post('/v1/password-recovery', { email: tenant.email })).status).toBe(204);
    const token = await tokenSentTo(tenant.email);
    const finish = (newPassword: string) => stranger.post('/v1/password-recovery/finish', { token, newPassword });
    expect((await finish('alllowercase')).body.code).toBe('PasswordPolicyViolation');
    expect((await finish(changed)).status).toBe(204);
    expect(await isSignedIn()).toBe(false);
    // Credentials that a thief obtained from the old session end with it.
    await expect(
      sessionClients(server.baseUrl, stolen!).sts.send(new GetCallerIdentityCommand({})),
    ).rejects.toMatchObject({ name: 'ExpiredToken' });
    expect((await signIn(changed)).body.status).toBe('signedIn');
    expect((await finish('Yet-another-password-1')).body.code).toBe('InvalidInput');
  });

  /** Threat: an old mail still gives access to the account. */
  it('makes all tokens worthless when one is used', async () => {
    await stranger.post('/v1/password-recovery', { email: tenant.email });
    const first = await tokenSentTo(tenant.email);
    await stranger.post('/v1/password-recovery', { email: tenant.email });
    while (mailsTo(tenant.email).length < 2) await pause(50);
    const second = await tokenSentTo(tenant.email);
    const finish = (token: string) => stranger.post('/v1/password-recovery/finish', { token, newPassword: changed });
    expect((await finish(second)).status).toBe(204);
    expect((await finish(first)).body.code).toBe('InvalidInput');
  });

  /** Threat: a thief who knew the password registered a passkey, which still works after the owner has recovered. */
  it('makes passkeys second factors', async () => {
    const { key } = await registerKey((path, body) => tenant.rest.post(path, body), server.baseUrl);
    const handle = handleOf(tenant.accountId, tenant.accountId);
    expect((await signInWithPasskey(stranger, key, handle)).status).toBe(200);
    await stranger.post('/v1/password-recovery', { email: tenant.email });
    const token = await tokenSentTo(tenant.email);
    await stranger.post('/v1/password-recovery/finish', { token, newPassword: changed });
    expect((await signInWithPasskey(stranger, key, handle)).body.code).toBe('SignInFailed');
    expect((await signIn(changed)).body.status).toBe('mfaRequired');
  });

  /** Threat: the mailbox was taken over, which is why the address was changed. */
  it.each(['the root user', 'the operator'])(
    'takes no token that was sent to an address that %s has changed',
    async (who) => {
      await stranger.post('/v1/password-recovery', { email: tenant.email });
      const token = await tokenSentTo(tenant.email);
      const email = `new-${tenant.email}`;
      const { rest } = await managementTenant(server.baseUrl);
      const { status } =
        who === 'the operator'
          ? await rest.put(`/v1/accounts/${tenant.accountId}/email`, { email })
          : await tenant.rest.post('/v1/root-user/email', { password: tenant.password, email });
      expect(status).toBeLessThan(300);
      const answer = await stranger.post('/v1/password-recovery/finish', { token, newPassword: changed });
      expect(answer.body.code).toBe('InvalidInput');
      expect((await signIn(tenant.password, email)).status).toBe(200);
    },
  );

  /** Threat: a stranger finds out who has an account. */
  it('answers alike for an address that nobody has', async () => {
    const answers = [
      await stranger.post('/v1/password-recovery', { email: tenant.email }),
      await stranger.post('/v1/password-recovery', { email: `nobody-${tenant.email}` }),
    ];
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [204, undefined],
      [204, undefined],
    ]);
    await tokenSentTo(tenant.email);
    expect(mailsTo(`nobody-${tenant.email}`)).toEqual([]);
  });

  /** Threat: a mailbox is flooded. */
  it('makes whoever asks again and again wait', async () => {
    let answer = await stranger.post('/v1/password-recovery', { email: tenant.email });
    for (let more = 0; more < 30 && answer.status === 204; more += 1) {
      answer = await stranger.post('/v1/password-recovery', { email: tenant.email });
    }
    expect(answer).toMatchObject({ status: 429, body: { code: 'Throttling' } });
  });
});
