import { generateKeyPair } from 'jose';
import { Clock } from '../../kernel/clock/clock.js';
import { Settings } from '../../kernel/config/settings.js';
import { AccessTokens } from './access-tokens.service.js';
import { SIGNING_ALGORITHM, type SigningKeys } from './signing-keys.service.js';

class SetClock extends Clock {
  constructor(private time: Date) {
    super();
  }

  override now(): Date {
    return this.time;
  }

  pass(seconds: number): void {
    this.time = new Date(this.time.getTime() + seconds * 1000);
  }
}

describe('access tokens', () => {
  const claims = { accountId: '111122223333', principalId: 'AIDAEXAMPLE', sessionId: 'a-session' };
  let clock: SetClock;
  let tokens: AccessTokens;

  beforeEach(async () => {
    clock = new SetClock(new Date('2031-05-06T07:08:09Z'));
    const key = { keyId: 'a-key', ...(await generateKeyPair(SIGNING_ALGORITHM)) };
    const keys = { current: () => Promise.resolve(key), find: () => key } as unknown as SigningKeys;
    tokens = new AccessTokens(keys, Settings.fromEnvironment({ GATEHOUSE_ACCESS_TOKEN_SECONDS: '60' }), clock);
  });

  it('are issued at the time of the clock', async () => {
    const { accessToken } = await tokens.issue(claims);
    expect(await tokens.verify(accessToken)).toEqual({ ...claims, issuedAt: clock.now() });
  });

  it('expire by the clock, whether they were seen before or not', async () => {
    const { accessToken: seen } = await tokens.issue(claims);
    const { accessToken: unseen } = await tokens.issue({ ...claims, sessionId: 'another' });
    clock.pass(59);
    await tokens.verify(seen);
    clock.pass(1);
    for (const token of [seen, unseen]) {
      await expect((async () => tokens.verify(token))()).rejects.toMatchObject({ code: 'ExpiredToken' });
    }
  });
});
