import type { RequestFacts } from '../access/actions/request-facts.js';
import type { Settings } from '../kernel/config/settings.js';
import type { Transaction } from '../kernel/database/database.service.js';
import type { PasswordHasher } from '../kernel/secrets/password-hasher.js';
import { PasswordStrategy } from './password.strategy.js';
import { SignInPresenters } from './presenters.service.js';
import type { SignInPrincipal, SignInPrincipals } from './principals.service.js';

const accountId = '123456789012';
const principal = {
  account: { accountId, status: 'active' },
  arn: `arn:aws:iam::${accountId}:user/ana`,
  principalId: 'AIDAEXAMPLE',
  passwordHash: 'verified',
} as unknown as SignInPrincipal;
const request = { sourceIp: '192.0.2.1', receivedAt: new Date() } as RequestFacts;
const input = { account: accountId, userName: 'ana', password: 'right', session: 'tokens' } as const;
const tx = {} as Transaction;

/** @param current the principal as it is when the sign-in locks it */
function strategyOf(found: SignInPrincipal | undefined, current = found) {
  const principals = {
    find: () => Promise.resolve({ accountId, namedAccountId: accountId, principal: found, isKnownAddress: false }),
    lock: () => Promise.resolve(current),
  } as unknown as SignInPrincipals;
  const hasher = {
    verify: (hash: string | undefined) => Promise.resolve(hash === 'verified'),
    isOutdated: () => false,
  } as unknown as PasswordHasher;
  const settings = { partition: 'aws', signInsAtOnce: 1 } as Settings;
  const none = {} as never;
  return new PasswordStrategy(principals, new SignInPresenters(settings), none, hasher, none, none, none, settings);
}

async function verdictOf(strategy: PasswordStrategy) {
  const presented = { input, request };
  const claim = await strategy.examine(presented, await strategy.identify(tx, presented));
  return strategy.validate({ tx, claim, ...presented });
}

it('accepts the right password, with the principal as it is now', async () => {
  expect(await verdictOf(strategyOf(principal))).toMatchObject({ accountId, proof: { principal } });
});

it('refuses a password that was changed while it was verified, as a failed attempt', async () => {
  const changed = { ...principal, passwordHash: 'another' };
  const verdict = await verdictOf(strategyOf(principal, changed));
  expect(verdict).toMatchObject({ refusal: { code: 'SignInFailed' }, reason: 'Wrong credentials' });
  expect(verdict).not.toHaveProperty('proof');
});

it('refuses nobody and a wrong password alike', async () => {
  const answers = await Promise.all(
    [undefined, { ...principal, passwordHash: 'other' }].map((found) => verdictOf(strategyOf(found))),
  );
  const told = answers.map((verdict) => ('refusal' in verdict ? [verdict.refusal.message, verdict.reason] : verdict));
  expect(told[0]).toEqual(told[1]);
  expect(answers.map(({ attempt }) => attempt?.principal)).toEqual(Array(2).fill(`user/${accountId}/ana`));
});
