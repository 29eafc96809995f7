import { GetUserCommand } from '@aws-sdk/client-iam';
import { RestClient } from '../support/rest-client.js';
import { startServer } from '../support/server.js';
import { newTenant } from '../support/tenant.js';

/** Threat: someone who reads the logs can act as someone in the logs. */
it('no secret of a whole run is in its logs, at the most talkative level', async () => {
  const server = await startServer({ environment: { LOG_LEVEL: 'trace' } });
  const secrets: string[] = [];
  try {
    const tenant = await newTenant(server.baseUrl);
    const { userName, accessKey, iam } = await tenant.addUser('ana');
    const password = 'Very-secret-password-1';
    await tenant.rest.post(`/v1/users/${userName}/login-profile`, { password });
    const stranger = new RestClient(server.baseUrl);
    const signedIn = await stranger.post('/v1/sign-in', { account: tenant.accountId, userName, password });
    const { accessToken, refreshToken } = signedIn.body as { accessToken: string; refreshToken: string };
    const wrong = 'Wrong-but-almost-right-1';
    await stranger.post('/v1/sign-in', { account: tenant.accountId, userName, password: wrong });
    await stranger.post('/v1/sign-in', { account: tenant.accountId, userName, password: { nested: wrong } });
    await stranger.post('/v1/sign-in/refresh', { refreshToken });
    await iam.send(new GetUserCommand()).catch(() => undefined);
    await new RestClient(server.baseUrl, `${accessToken}x`).get('/v1/users');
    secrets.push(password, wrong, tenant.password, accessToken, refreshToken, accessKey.secretAccessKey);
  } finally {
    await server.stop();
  }
  const output = server.output();
  expect(output).toContain('/v1/sign-in');
  expect(secrets.filter((secret) => output.includes(secret))).toEqual([]);
});
