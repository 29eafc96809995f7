import { Controller, Get, Module, Req, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Caller } from '../actions/caller.js';
import type { PrincipalDirectory } from '../principals/principal-directory.service.js';
import type { PrincipalRecord } from '../principals/principal-record.js';
import type { SessionDirectory } from '../principals/session-directory.service.js';
import type { AccessTokens } from '../tokens/access-tokens.service.js';
import { BearerStrategy } from './bearer.strategy.js';
import { Clock } from '../../kernel/clock/clock.js';

const accountId = '111122223333';
const principal: PrincipalRecord = {
  account: { accountId, isManagement: false, status: 'active' },
  type: 'root',
  arn: `arn:aws:iam::${accountId}:root`,
  principalId: accountId,
  tags: {},
  policies: { identity: [] },
  revocations: 0,
};
const session = { principalId: accountId, expiresAt: new Date(8e15), revocations: 0 };

/** The data that the strategy looks up; the directories have their own tests. */
function strategyOf(token: string): BearerStrategy {
  const claims = { accountId, principalId: accountId, sessionId: 's' };
  const tokens = {
    verify: (given: string) => {
      if (given !== token) throw new Error('not this token');
      return claims;
    },
  } as unknown as AccessTokens;
  const sessions = { find: () => session } as unknown as SessionDirectory;
  const principals = { find: () => principal } as unknown as PrincipalDirectory;
  return new BearerStrategy(tokens, sessions, principals, new Clock());
}

@Controller()
class OwnController {
  @UseGuards(AuthGuard('bearer'))
  @Get('/who')
  who(@Req() { user }: { user: Caller }) {
    return { arn: user.arn };
  }
}

@Module({
  controllers: [OwnController],
  providers: [{ provide: BearerStrategy, useFactory: () => strategyOf('good') }],
})
class EmbeddingModule {}

describe('a strategy in a Nest application of somebody else', () => {
  let app: NestFastifyApplication;
  let url: string;

  beforeAll(async () => {
    app = await NestFactory.create<NestFastifyApplication>(EmbeddingModule, new FastifyAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    url = `${await app.getUrl()}/who`;
  });
  afterAll(() => app.close());

  it('lets the caller of a good token in', async () => {
    const answer = await fetch(url, { headers: { authorization: 'Bearer good' } });
    expect(await answer.json()).toEqual({ arn: principal.arn });
  });

  it('refuses a request without a token', async () => {
    expect((await fetch(url)).status).toBe(401);
  });

  it('refuses a bad token', async () => {
    expect((await fetch(url, { headers: { authorization: 'Bearer bad' } })).ok).toBe(false);
  });
});
