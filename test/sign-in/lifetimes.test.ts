import { type Replicas, startReplicas } from '../support/replicas.js';
import { RestClient } from '../support/rest-client.js';
import { newTenant, type Tenant } from '../support/tenant.js';

const password = 'Ana-password-1234';

let replicas: Replicas;
let tenant: Tenant;
let stranger: RestClient;

beforeAll(async () => {
  replicas = await startReplicas();
  const { baseUrl } = await replicas.start();
  tenant = await newTenant(baseUrl);
  stranger = new RestClient(baseUrl);
  await tenant.rest.post('/v1/users', { userName: 'ana' });
  await tenant.rest.post('/v1/users/ana/login-profile', { password });
});
afterAll(() => replicas?.stop());

const signIn = async () =>
  (await stranger.post('/v1/sign-in', { account: tenant.accountId, userName: 'ana', password })).body;
const setPolicy = (policy: object) => tenant.rest.put('/v1/password-policy', policy);

it('a password that expires is told of, then has to be changed, or with hard expiry ends', async () => {
  await setPolicy({ maxPasswordAge: 90 });
  const days = (Date.parse((await signIn()).passwordExpiresAt as string) - Date.now()) / 86_400_000;
  expect(Math.round(days)).toBe(90);
  await replicas.database.query(`UPDATE login_profiles SET password_set_at = now() - interval '91 days'`);
  expect((await signIn()).status).toBe('passwordChangeRequired');
  await setPolicy({ maxPasswordAge: 90, hardExpiry: true });
  expect(await signIn()).toMatchObject({ status: 403, code: 'PasswordExpired' });
  await setPolicy({});
  expect((await signIn()).status).toBe('signedIn');
});

it('a session that was not refreshed for too long is over', async () => {
  const { refreshToken } = (await signIn()) as { refreshToken: string };
  await replicas.database.query(`UPDATE sessions SET refreshed_at = now() - interval '61 minutes'`);
  expect((await stranger.post('/v1/sign-in/refresh', { refreshToken })).status).toBe(401);
});

it('a hash of other parameters is made anew at the next sign-in', async () => {
  const dearer = await replicas.start({ GATEHOUSE_ARGON2_PASSES: '3' });
  const hashes = async () => {
    const sql = 'SELECT password_hash FROM login_profiles';
    return (await replicas.database.query<{ password_hash: string }>(sql))[0]!.password_hash;
  };
  expect(await hashes()).toContain('t=1');
  const credentials = { account: tenant.accountId, userName: 'ana', password };
  expect((await new RestClient(dearer.baseUrl).post('/v1/sign-in', credentials)).body.status).toBe('signedIn');
  expect(await hashes()).toContain('t=3');
  expect((await signIn()).status).toBe('signedIn');
});
